/* What native parts lack: a question that holds the focus, a toast that leaves, a menu
   that closes. Everything here works without the script too, only plainer. */
(() => {
  "use strict";
  const TOAST_STAYS = 10_000;

  /* Questions: <details data-dialog><summary/><dialog open/></details>. */
  const FIELDS = "input:not([type=hidden], [type=radio]:not(:checked)), select, textarea";
  const openQuestion = (details) => {
    const dialog = details.querySelector("dialog");
    details.open = true;
    // Not close(): it would send the event that is awaited below.
    dialog.removeAttribute("open");
    dialog.showModal();
    // What was folded a moment ago is not drawn yet, and the browser finds nothing in it to give the focus to.
    const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".dialog-body")?.querySelector(FIELDS);
    (first ?? dialog.querySelector("[type=submit]"))?.focus();
    dialog.addEventListener("close", () => {
      details.open = false;
      dialog.setAttribute("open", "");
      // The event comes a moment after the key: whoever is elsewhere by then stays there.
      const here = document.activeElement;
      if (!here || here === document.body || dialog.contains(here)) details.querySelector("summary").focus();
    }, { once: true });
  };

  document.addEventListener("click", (event) => {
    const summary = event.target.closest("details[data-dialog] > summary");
    if (summary) {
      event.preventDefault();
      openQuestion(summary.parentElement);
      return;
    }
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  });

  /* Toasts leave after ten seconds, but not from under a pointer or the focus. */
  const letLeave = (toast) => {
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), TOAST_STAYS); };
    const hold = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusout", start);
    start();
  };
  document.querySelectorAll("[data-toast]").forEach(letLeave);

  /* A choice in a sentence acts at once; its button is there for those without scripts. With arrows and letters one passes
     other words on the way to the one that is meant: it acts when the keys rest, or by Enter, and the next page has the
     focus on the word where one was. Esc leaves the sentence. */
  const RESTS = 900, STOOD = "sentence-word";
  let isByKey = false, resting;
  const wordOf = (event) => event.target.closest?.("form[data-acts-at-once] select");
  const ask = (form) => {
    clearTimeout(resting);
    resting = 0;
    const here = isByKey && form.contains(document.activeElement) && document.activeElement.name;
    if (here) sessionStorage.setItem(STOOD, JSON.stringify([location.pathname, here]));
    form.requestSubmit();
  };
  const askLater = (form) => {
    clearTimeout(resting);
    resting = setTimeout(ask, RESTS, form);
  };
  document.addEventListener("pointerdown", () => { isByKey = false; });
  document.addEventListener("keydown", (event) => {
    const word = wordOf(event);
    if (!word) return;
    isByKey = true;
    if (resting && event.key === "Enter") {
      event.preventDefault();
      ask(word.form);
    } else if (resting) askLater(word.form);
    if (event.key === "Escape") word.blur();
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-acts-at-once]");
    if (!form) return;
    if (isByKey && wordOf(event)) askLater(form);
    else ask(form);
  });
  const [path, stood] = JSON.parse(sessionStorage.getItem(STOOD) ?? "[]");
  sessionStorage.removeItem(STOOD);
  if (path === location.pathname) document.querySelector(`form[data-acts-at-once] [name="${CSS.escape(stood)}"]`)?.focus();

  /* After a refused form the focus stands on what is wrong. */
  document.querySelector("[data-takes-focus]")?.focus();
})();
