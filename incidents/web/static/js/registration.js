/* Entering an appeal without losing a word: what is typed is kept in this browser until the server has it, a lost
   connection is said, and what the page knows (topic, author) fills the fields at one click. Without this script the form
   is a plain one. */
(() => {
  "use strict";
  // Under the name by which keep.js forgets everything when another person comes; it keeps the long text itself.
  const STORE = "kept:registration", person = document.body.dataset.person;
  const form = document.getElementById("enter"), line = document.getElementById("kept");
  const text = form.elements.text;
  const fields = () => [...form.elements].filter((each) => each.name && each.name !== "csrf_token" && each.type !== "submit");
  const say = (words) => { line.textContent = words; line.hidden = !words; };

  /* ── Kept until the server has it ─────────────────────────────────────── */
  const read = () => { try { return JSON.parse(sessionStorage.getItem(STORE)); } catch { return null; } };
  const keep = () => {
    const values = {};
    fields().forEach((each) => { if (each.type !== "radio" || each.checked) values[each.name] = each.value; });
    try { sessionStorage.setItem(STORE, JSON.stringify({ person, values })); } catch { /* full or forbidden */ }
  };
  const restore = (values) => fields().forEach((each) => {
    if (!(each.name in values)) return;
    if (each.type === "radio") each.checked = each.value === values[each.name];
    else each.value = values[each.name];
  });
  const kept = read()?.values;
  if (kept?.token === form.dataset.settled) sessionStorage.removeItem(STORE);
  else if (kept?.text?.trim() && ["", kept.text].includes(text.value)) {
    if (!text.value) say(line.dataset.restored);
    restore(kept);
    htmx.trigger(text, "input");
  }
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);

  /* ── Not sent into nothing ────────────────────────────────────────────── */
  let isReached = false;
  form.addEventListener("submit", async (event) => {
    if (isReached) return;
    event.preventDefault();
    const button = event.submitter;
    keep();
    try {
      const answer = await fetch(form.dataset.reach, { cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (!answer.ok && answer.status >= 500) throw new Error(answer.status);
      isReached = true;
      say("");
      form.requestSubmit(button);
    } catch {
      say(line.dataset.offline);
    }
  }, true);
  addEventListener("online", () => { if (!line.hidden) say(line.dataset.online); });
  addEventListener("pageshow", () => { isReached = false; });

  /* ── What is known fills the fields ───────────────────────────────────── */
  document.getElementById("help").addEventListener("click", (event) => {
    const offer = event.target.closest("[data-fill]");
    if (!offer) return;
    Object.entries(offer.dataset).forEach(([name, value]) => {
      const field = form.elements[name];
      if (!field) return;
      field.value = value;
      if (field.closest("details")) field.closest("details").open = true;
    });
    keep();
    form.elements[["topic", "address", "author_name"].find((name) => name in offer.dataset)]?.focus();
  });

  /* The first thing one fills in has the focus, unless something is wrong: then that has it. */
  if (!document.querySelector("[data-takes-focus]")) {
    const way = form.querySelector("[name=channel]:checked")?.value;
    (way === "link" && !form.elements.link.value ? form.elements.link : text).focus();
  }
})();
