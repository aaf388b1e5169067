// Warns before the page locks, and closes it when it has: nobody who comes later reads what stands here.
{
  const { seconds, page } = document.currentScript.dataset;
  const { stay, check, dialogs } = idleWords; // set in front of this file, in the language of the page
  document.body.insertAdjacentHTML("beforeend", dialogs);
  const asking = document.getElementById("idle");
  const locked = document.getElementById("locked");
  const warning = 120000;
  let due = Date.now() + seconds * 1000;
  let asked = 0;
  let changed = false; // a form without drafts holds something that was not sent
  let covered = false;
  let place = 0; // how far down he was

  const alive = async (address) => (await fetch(address, { redirect: "manual" }).catch(() => null))?.ok;
  const here = async () => {
    asked = Date.now();
    if (await alive(stay)) due = Date.now() + seconds * 1000;
  };
  // Hidden by the page itself: the style sheet may have got lost on the way.
  const cover = (yes) => {
    covered = yes;
    if (yes) place = scrollY;
    for (const part of document.querySelectorAll("body > :not(dialog)")) part.hidden = yes;
    if (!yes) scrollTo(0, place);
  };
  const uncover = () => {
    cover(false);
    locked.close();
  };
  const close = () => {
    if (!changed && !(typeof draft === "object" && draft.unsaved)) {
      return location.assign(`/sign-in?next=${encodeURIComponent(page)}`);
    }
    if (!covered) cover(true); // what was typed stays behind it, until its owner is back
    if (!locked.open) locked.showModal();
  };

  asking.addEventListener("close", here);
  locked.addEventListener("cancel", (event) => event.preventDefault());
  locked.addEventListener("close", () => covered && locked.showModal()); // Escape, again and again
  addEventListener("input", (event) => {
    if (!event.target.form?.dataset.draft) changed = true;
    if (Date.now() - asked > 30000) here();
  });
  addEventListener("submit", () => (changed = false));
  setInterval(async () => {
    if (Date.now() < due) {
      if (due - Date.now() < warning && !asking.open && !locked.open) asking.showModal();
      return;
    }
    due = Date.now() + 60000; // another window may keep the session alive: ask again in a minute
    if (await alive(check)) {
      if (locked.open) uncover();
    } else if (navigator.onLine) close();
  }, 5000);
  document.addEventListener("visibilitychange", async () => {
    if (!document.hidden && locked.open && (await alive(check))) uncover();
  });
}
