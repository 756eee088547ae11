/* The bell: asks every few seconds whether this person has new alarms. Puts the figure beside the place in the navigation
   and before the title, says aloud that one has come, and keeps the open list of alarms true. Without this script the
   figures are those of the moment the page was drawn. */
(() => {
  "use strict";
  const bell = document.body.dataset;
  if (!bell.bell) return;
  const counts = document.querySelectorAll(".count[data-bell]");
  const PREFIX = /^\[\d+\] /;
  let tag = "", count = Number(bell.alarms), newest = Number(bell.newest);

  /* Other scripts write the title too (the queue counts what is overdue): the figure is put before whatever they wrote. */
  const entitle = () => {
    const bare = document.title.replace(PREFIX, "");
    const wanted = count ? `[${count}] ${bare}` : bare;
    if (document.title !== wanted) document.title = wanted;
  };
  new MutationObserver(entitle).observe(document.querySelector("title"), { childList: true });

  const apply = (root) => {
    count = Number(root.dataset.count);
    counts.forEach((place) => {
      place.textContent = root.dataset.shown;
      place.hidden = !count;
      place.classList.toggle("count--late", count > 0);
    });
    entitle();
    if (Number(root.dataset.newest) > newest) {
      document.getElementById("said").textContent = root.dataset.said;
      const detail = { newest: Number(root.dataset.newest), said: root.dataset.said, title: bell.bellTitle, href: bell.bellPage };
      document.dispatchEvent(new CustomEvent("incidents:alarms", { detail }));
    }
    newest = Number(root.dataset.newest);
    const list = document.getElementById("notices"), fresh = root.querySelector("#notices");
    if (list && fresh) htmx.swap({ target: list, text: fresh.outerHTML, swap: "outerMorph", sourceElement: list });
  };

  const ask = async () => {
    const address = new URL(bell.bell, location);
    if (document.getElementById("notices")) address.searchParams.set("list", "1");
    const headers = { "HX-Request": "true" };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(address, { headers, cache: "no-store" });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (answer.status !== 200) return;
    const root = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-count]");
    if (root) apply(root);
    tag = answer.headers.get("ETag") ?? "";
  };

  const poll = async () => {
    try {
      // In a hidden tab too: the title is what one sees of it.
      await ask();
    } catch {
      // The next question tries again; the queue and the banner tell of a server that is away.
    }
    setTimeout(poll, Number(bell.bellSeconds) * 1000);
  };
  setTimeout(poll, Number(bell.bellSeconds) * 1000);
})();
