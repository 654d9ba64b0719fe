from heliograph.domain.tracking import Tracking, tracked

BOTH = Tracking(opens=True, clicks=True)


def track(body: str, tracking: Tracking = BOTH) -> str:
    def click(target: str) -> str:
        if "bad" in target:
            raise ValueError(target)
        return f"https://links.example/c/T?{target.removeprefix('https://')}"

    return tracked(body, tracking, pixel=lambda: "https://links.example/o/T", click=click, own="https://links.example")


def test_nothing_changes_unless_it_is_switched_on() -> None:
    body = '<body><a href="https://example.com/a">a</a></body>'

    assert track(body, Tracking()) == body


def test_the_pixel_stands_before_the_last_end_of_the_body() -> None:
    found = track("<body>see </body> tags</BODY>", Tracking(opens=True))

    assert found.startswith("<body>see </body> tags<img ")
    assert found.endswith("</BODY>")


def test_a_mail_without_a_body_tag_gets_its_pixel_at_the_end() -> None:
    found = track("<p>hello</p>", Tracking(opens=True))

    assert found.startswith("<p>hello</p><img src=")


def test_every_web_link_passes_by_us_with_its_target_unescaped() -> None:
    found = track('<a class="b" href="https://example.com/?a=1&amp;b=2">x</a>', Tracking(clicks=True))

    assert found == '<a class="b" href="https://links.example/c/T?example.com/?a=1&amp;b=2">x</a>'


def test_links_of_ours_of_other_kinds_and_refused_ones_stay() -> None:
    body = (
        '<a href="https://links.example/u/T">u</a><a href="mailto:a@example.com">m</a><a href="https://bad">b</a>'
        '<link href="https://example.com/style.css">'
    )

    assert track(body, Tracking(clicks=True)) == body
