// Warns before the session locks, then covers the page.
{
  const { seconds, page, whose } = document.currentScript.dataset;
  const { stay, check, dialogs } = idleWords; // defined before this file
  document.body.insertAdjacentHTML("beforeend", dialogs);
  const asking = document.getElementById("idle");
  const locked = document.getElementById("locked");
  const waysOut = document.getElementById("cover");
  const warning = 120000;
  let due = Date.now() + seconds * 1000;
  let asked = 0;
  let answered = true; // the warning waits for the reply
  let changed = false; // in a form without drafts
  let covered = false;
  let place = 0; // the scroll position

  // "another": somebody else is signed in.
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
  // Works without the style sheet.
  const cover = (yes) => {
    covered = yes;
    if (yes) place = scrollY;
    for (const part of document.querySelectorAll("body > :not(dialog)")) part.hidden = yes;
    waysOut.hidden = !yes; // help and leaving remain
    if (!yes) scrollTo(0, place);
  };
  const lock = () => {
    waysOut.hidden = true;
    if (!locked.open) locked.showModal();
  };
  const uncover = () => {
    cover(false);
    asking.close();
    locked.close();
    here();
  };
  const close = () => {
    if (!changed && !(typeof draft === "object" && draft.unsaved)) {
      const open = document.getElementById("now") ? "#now" : ""; // the open question
      return location.assign(`/sign-in?next=${encodeURIComponent(page + open)}`);
    }
    if (!covered) cover(true); // the page keeps its text
    lock();
  };

  asking.addEventListener("close", here);
  locked.addEventListener("cancel", (event) => event.preventDefault());
  locked.addEventListener("close", () => covered && locked.showModal()); // after Escape
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
    due = Date.now() + 60000; // another window may be in use
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
  // A page from the back-forward cache is covered first.
  addEventListener("pageshow", async (event) => {
    if (!event.persisted) return;
    cover(true);
    const found = await session(check);
    if (found === "open") return uncover();
    if (found !== "away") return close();
    lock();
    due = 0; // check again
  });
}
