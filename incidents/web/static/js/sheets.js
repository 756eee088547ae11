/* The sheet of keys and the palette are the same on every page: the browser keeps them, and they are laid over the page once
   it stands. Whoever asks for one a moment earlier gets it a moment later. */
(() => {
  "use strict";
  const OPENERS = "[data-palette], [data-opens-keys]";
  let isLaid = false;

  const lay = async () => {
    const answer = await fetch(document.body.dataset.sheets).catch(() => null);
    if (answer?.ok && !answer.redirected) document.body.insertAdjacentHTML("beforeend", await answer.text());
    isLaid = true;
    document.dispatchEvent(new Event("sheets"));
  };
  const laid = lay();

  document.addEventListener("click", (event) => {
    const opener = event.target.closest(OPENERS);
    if (isLaid || !opener || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    laid.then(() => opener.click());
  }, true);
})();
