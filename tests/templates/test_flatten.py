from collections.abc import Callable

import pytest

from heliograph.domain.errors import BadTemplate
from heliograph.domain.layout import Layout, LayoutKind
from heliograph.templates import check, render

BASE = (
    "<html>\n{% block head %}<title>x</title>{% endblock %}\n"
    "{% block content %}none{% endblock %}\n{% include 'footer' %}\n</html>"
)
KINDS = {
    "footer": LayoutKind.PARTIAL,
    "loop": LayoutKind.PARTIAL,
    "button": LayoutKind.PARTIAL,
    "bad": LayoutKind.PARTIAL,
}
SHARED = {
    "base": BASE,
    "mail": "{% extends 'base' %}{% block content %}<div>{% block inner %}{% endblock inner %}</div>{% endblock %}",
    "footer": "<p>\n{{ project.name }}</p>",
    "loop": "\n{% include 'loop' %}",
    "ring": "{% extends 'ring2' %}",
    "ring2": "{% extends 'ring' %}",
    "bad": "\n\n<a href={{ url }}>",
    **{f"deep{number}": f"{{% extends 'deep{number + 1}' %}}" for number in range(12)},
}


def find(name: str) -> Layout | None:
    kind = KINDS.get(name, LayoutKind.LAYOUT)
    return Layout(name=name, kind=kind, source=SHARED[name]) if name in SHARED else None


def flat(source: str, part: str = "templates.email.html", among: Callable[[str], Layout | None] = find) -> str:
    return check(part, source, among)


def test_a_template_fills_its_layouts_blocks() -> None:
    source = "{% extends 'base' %}\n{# who #}\n{% block content %}Hi {{ name }}{% endblock content %}\n"

    assert flat(source) == "<html>\n<title>x</title>\nHi {{ name }}\n<p>\n{{ project.name }}</p>\n</html>"


def test_a_layout_may_extend_another_and_name_blocks_inside_its_own() -> None:
    assert "<div>Hi</div>" in flat("{% extends 'mail' %}{% block inner %}Hi{% endblock %}")


def test_what_is_flat_needs_nothing_to_be_rendered() -> None:
    source = flat("{% extends 'base' %}{% block content %}{% if vip %}Hi {{ name }}{% endif %}{% endblock %}")

    html = render({"html": source}, {"payload": {"vip": True, "name": "A&B"}, "project": {"name": "Demo"}})["html"]

    assert html == "<html>\n<title>x</title>\nHi A&amp;B\n<p>\nDemo</p>\n</html>"


def test_a_partial_stands_in_the_middle_of_a_line_of_any_part() -> None:
    assert flat("a {% include 'footer' %} b", "templates.sms.text") == "a <p>\n{{ project.name }}</p> b"


def test_comments_raw_sections_and_quotes_are_left_alone() -> None:
    source = "{# {% include 'x' %} #}{% raw %}{% extends 'y' %}{% endraw %}{{ '{% block z %}' }}"

    assert flat(source) == source


def test_white_space_control_works_at_the_edges() -> None:
    assert flat("x\n\n {%- include 'footer' -%}\n y") == "x<p>\n{{ project.name }}</p>y"


@pytest.mark.parametrize(
    ("source", "where", "words"),
    [
        ("\n{% include 'nope' %}", " line 2, column 13", "there is no partial 'nope'; save it first"),
        ("{% extends 'nope' %}", " line 1, column 13", "there is no layout 'nope'"),
        ("{% extends 'footer' %}", " line 1, column 13", 'is a partial; use it with {% include "footer" %}'),
        ("{% include 'base' %}", " line 1, column 13", "is a layout"),
        ("{% include 'loop' %}", ", in the partial 'loop', line 2, column 13", "uses itself (loop → loop)"),
        ("{% extends 'ring' %}", ", in the layout 'ring2', line 1, column 13", "uses itself (ring → ring2 → ring)"),
        ("{% extends 'deep0' %}", ", in the layout 'deep9', line 1", "more than 10 layouts"),
        ("{% extends 'base' %}\nHi", " line 1", "holds blocks only"),
        ("Hi {% extends 'base' %}", " line 1", "extends comes first"),
        ("{% extends 'base' %}{% extends 'mail' %}", " line 1", "extend one"),
        ("{% extends 'base' %}\n{% block x %}{% endblock %}", " line 2", "no layout of it has a block x; there are"),
        ("{% include name %}", " line 1", "include takes one name in quotes"),
        ("{% include 'footer' ignore missing %}", " line 1", "include takes one name in quotes"),
        ("{% include '../footer' %}", " line 1", "include takes one name in quotes"),
        ("{% block a %}", " line 1", "the block a is not closed"),
        ("{% endblock %}", " line 1", "closes no block"),
        ("{% block a %}{% endblock b %}", " line 1", "the block a is open here"),
        ("{% block a %}{% endblock %}{% block a %}{% endblock %}", " line 1", "there is a block a already"),
        ("\n{% include 'bad' %}", ", in the partial 'bad', line 3, column 12", "without quotes"),
        ("{% extends 'base' %}{% block content %}\n\n{{ x | nope }}{% endblock %}", " line 3, column 8", "no filter"),
        ("{% extends 'base' %}{% block content %}{{ super() }}{% endblock %}", " line 1", "calls are not available"),
    ],
)  # fmt: skip
def test_a_fault_names_the_line_that_its_author_wrote(source: str, where: str, words: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        flat(source)

    assert refused.value.detail.startswith(f"templates.email.html{where}")
    assert words in refused.value.detail
    assert refused.value.line


def test_a_partial_has_no_blocks() -> None:
    partial = Layout(name="p", kind=LayoutKind.PARTIAL, source="\n{% block a %}{% endblock %}")

    with pytest.raises(BadTemplate, match=r"in the partial 'p', line 2.*has no blocks"):
        flat("{% include 'p' %}", among=lambda _name: partial)


def test_only_the_whole_must_be_well_formed() -> None:
    halves = {"head": "<table><tr><td class='a", "foot": "'></td></tr></table>"}

    def half(name: str) -> Layout:
        return Layout(name=name, kind=LayoutKind.PARTIAL, source=halves[name])

    assert flat("{% include 'head' %}{% include 'foot' %}", among=half) == "".join(halves.values())
