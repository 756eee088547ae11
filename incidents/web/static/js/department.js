/* Keeps the department's open page true: asks every few seconds what waits, and takes over the answer as a whole (htmx
   morphs it, so focus and place stay). While a question is open or a word is typed nothing is touched: a line says that
   something has changed, and the answer is taken over once the person is done. Without this script the page is that of
   the moment it was drawn. */
(() => {
  "use strict";
  const here = () => document.getElementById("waiting");
  if (!here()) return;
  const { changes, seconds } = here().dataset;
  let tag = "";
  // From a card that is opened here the way back leads here, not to a queue looked at before.
  try { sessionStorage.removeItem("queue-list"); } catch { /* forbidden: it leads to the queue then */ }

  const isTyped = (field) => field.type === "hidden" ? false
    : field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? [...field.options].some((each) => each.selected !== each.defaultSelected && each.value)
    : field.value !== field.defaultValue;
  const isBusy = () => Boolean(here().querySelector("details.ask[open]"))
    || [...here().querySelectorAll("input, select, textarea")].some(isTyped);

  const put = (fresh) => {
    const target = fresh && document.getElementById(fresh.id);
    if (target) htmx.swap({ target, text: fresh.innerHTML, swap: "innerMorph", sourceElement: target });
  };

  const apply = (page) => {
    const order = [...here().querySelectorAll("article[id]")].map((each) => each.id);
    const held = document.activeElement.closest?.("#waiting article[id]")?.id;
    put(page.getElementById("department-pulse"));
    put(page.getElementById("waiting"));
    if (!held || here().contains(document.activeElement)) return;
    // What had the focus has gone: the next one that is still there takes it.
    const at = order.indexOf(held), nearest = [...order.slice(at), ...order.slice(0, at).reverse()];
    const next = nearest.map((id) => document.getElementById(id)).find(Boolean);
    (next?.querySelector("a, button, summary") ?? here().querySelector("a, button, summary"))?.focus({ preventScroll: true });
  };

  const ask = async () => {
    const headers = { "HX-Request": "true" };
    if (tag) headers["If-None-Match"] = tag;
    const answer = await fetch(changes, { headers, cache: "no-store" });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) location.assign(elsewhere);
    if (answer.status !== 200) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("waiting")) return;
    const line = document.getElementById("waiting-held");
    line.hidden = !isBusy();
    if (!line.hidden) return;
    apply(page);
    tag = answer.headers.get("ETag") ?? "";
  };

  const poll = async () => {
    try {
      if (!document.hidden) await ask();
    } catch {
      // The next question tries again; the page says itself until when it is true.
    }
    setTimeout(poll, Number(seconds) * 1000);
  };
  setTimeout(poll, Number(seconds) * 1000);
})();
