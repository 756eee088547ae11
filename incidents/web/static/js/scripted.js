/* Says that scripts run, before anything is drawn: what only they can do takes its place at once, and nothing moves. The one
   script that the page waits for. */
document.documentElement.classList.add("scripted");
