/* Brings the next board of the big screen. When the server is silent the last one stays, and says since when: a screen
   that shows old figures as new ones is worse than none. A screen whose token is void goes to the page that says so. */
(() => {
  "use strict";
  const MINUTE = 60_000;
  let heardAt = Date.now();

  const wall = () => document.getElementById("wall");

  const silent = () => {
    const shown = wall();
    const minutes = Math.max(1, Math.floor((Date.now() - heardAt) / MINUTE));
    shown.classList.add("wall--silent");
    const words = shown.dataset.silent.replace("{n}", minutes).replace("{at}", shown.dataset.at);
    const band = shown.querySelector(".wall-silent");
    band.hidden = false;
    if (band.lastChild.textContent !== words) band.lastChild.textContent = words;
  };

  const turn = async () => {
    try {
      const answer = await fetch(wall().dataset.next, { signal: AbortSignal.timeout(10_000) });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall");
      if (!fresh) throw new Error("no board");
      wall().replaceWith(fresh);
      heardAt = Date.now();
    } catch {
      silent();
    }
    setTimeout(turn, Number(wall().dataset.seconds) * 1000);
  };

  setTimeout(turn, Number(wall().dataset.seconds) * 1000);
})();
