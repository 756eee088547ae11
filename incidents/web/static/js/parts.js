/* What native parts lack: a question that holds the focus, a toast that leaves, a menu
   that closes. Everything here works without the script too, only plainer. */
(() => {
  "use strict";
  const TOAST_STAYS = 10_000;
  document.documentElement.classList.add("scripted");

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

  /* A choice in a sentence acts at once; its button is there for those without scripts. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-acts-at-once]");
    if (form) form.requestSubmit();
  });

  /* After a refused form the focus stands on what is wrong. */
  document.querySelector("[data-takes-focus]")?.focus();
})();
