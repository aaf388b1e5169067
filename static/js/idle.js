// Warns before the page locks, and closes it when it has: nobody who comes later reads what stands here.
{
  const { seconds, page, whose } = document.currentScript.dataset;
  const { stay, check, dialogs } = idleWords; // set in front of this file, in the language of the page
  document.body.insertAdjacentHTML("beforeend", dialogs);
  const asking = document.getElementById("idle");
  const locked = document.getElementById("locked");
  const waysOut = document.getElementById("cover");
  const warning = 120000;
  let due = Date.now() + seconds * 1000;
  let asked = 0;
  let answered = true; // on a slow line the warning would come back before the reply does
  let changed = false; // a form without drafts holds something that was not sent
  let covered = false;
  let place = 0; // how far down he was

  // "open": whoever is signed in is the one whose page this is. "another": somebody else is.
  const session = async (address) => {
    const reply = await fetch(address, { redirect: "manual", headers: { "X-Whose": whose } }).catch(() => null);
    if (reply?.ok) return "open";
    if (reply?.status === 409) return "another";
    return reply?.type === "opaqueredirect" || reply?.status === 401 ? "locked" : "away";
  };
  const here = async () => {
    asked = Date.now();
    answered = false;
    const found = await session(stay);
    answered = true;
    if (found === "open") due = Date.now() + seconds * 1000;
    if (found === "another") close();
  };
  // Hidden by the page itself: the style sheet may have got lost on the way.
  const cover = (yes) => {
    covered = yes;
    if (yes) place = scrollY;
    for (const part of document.querySelectorAll("body > :not(dialog)")) part.hidden = yes;
    waysOut.hidden = !yes; // no dialog yet: help and leaving stand on the cover itself
    if (!yes) scrollTo(0, place);
  };
  const lock = () => {
    waysOut.hidden = true; // the dialog has its own
    if (!locked.open) locked.showModal();
  };
  const uncover = () => {
    cover(false);
    asking.close(); // its owner is back, and needs no warning from before
    locked.close();
    here();
  };
  const close = () => {
    if (!changed && !(typeof draft === "object" && draft.unsaved)) {
      return location.assign(`/sign-in?next=${encodeURIComponent(page)}`);
    }
    if (!covered) cover(true); // what was typed stays behind it, until its owner is back
    lock();
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
      if (due - Date.now() < warning && answered && !asking.open && !locked.open) asking.showModal();
      return;
    }
    due = Date.now() + 60000; // another window may keep the session alive: ask again in a minute
    const found = await session(check);
    if (found === "open" && covered) uncover();
    if (found !== "open" && (found !== "away" || navigator.onLine)) close();
  }, 5000);
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    const found = await session(check);
    if (found === "open" && covered) uncover();
    if (found === "locked" || found === "another") close();
  });
  // From the back-forward cache: who has come back to it is not known yet.
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    cover(true);
    const found = await session(check);
    if (found === "open") return uncover();
    if (found !== "away") return close();
    lock();
    due = 0; // asked again until it is known
  });
}
