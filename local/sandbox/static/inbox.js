// Every two seconds: fetch this page again and swap the parts that change. The mail's own frame stays as it is.
"use strict";

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (!other || other.innerHTML === part.innerHTML) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const scrolled = part.scrollTop;
    part.innerHTML = other.innerHTML;
    part.scrollTop = scrolled;
    if (focused) part.querySelector(`a[href="${focused}"]`)?.focus();
  }
}

setInterval(() => refresh().catch(() => {}), 2000);
