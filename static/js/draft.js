// Saves drafts, and shows whether they are saved.
const draft = {
  saves: 0, // in progress
  unsaved: false,
  stuck: false, // the last save failed
  unsent: false, // an answer couldn't be sent; saving a draft doesn't send it
  helpless: false, // help can't load: show the numbers
  saving: null,
  timer: 0,
  spoken: "unsaved", // the last announcement
  speaking: 0,
  voice: document.createElement("p"),
  form: () => document.querySelector("form[data-draft]"),
  seen: (form) => form.elements.draft_seen ?? form.elements.seen, // the revision that the page knows

  say(key, time = "") {
    const line = draft.form()?.querySelector(".save-state");
    if (!line) return;
    const words = (line.dataset[key] ?? draftWords[key]).replace("%s", time);
    if (line.textContent !== words) line.textContent = words;
    if (key === "unsaved" || key === draft.spoken) return;
    draft.spoken = key;
    draft.speak(words);
  },

  // A screen reader drops one of two quick changes.
  speak(words) {
    clearTimeout(draft.speaking);
    draft.speaking = setTimeout(() => {
      draft.voice.textContent = words;
      draft.speaking = setTimeout(() => draft.voice.replaceChildren(), 5000);
    }, 500);
  },

  later(seconds) {
    clearTimeout(draft.timer);
    draft.timer = setTimeout(draft.save, seconds * 1000);
  },

  // Saves one at a time: an older text must not arrive last.
  save(leaving = false) {
    draft.timer = 0;
    if (!draft.form() || !draft.unsaved) return draft.saving;
    if (draft.saving && leaving !== true) return draft.later(1);
    draft.unsaved = false;
    draft.saves += 1;
    const saving = draft.send(draft.form(), leaving === true).finally(() => {
      draft.saves -= 1;
      if (draft.saving === saving) draft.saving = null;
      if (history.state?.left) draft.remember();
    });
    draft.remember();
    return (draft.saving = saving);
  },

  // For a reload: keeps nothing that was typed.
  remember() {
    const form = draft.form();
    if (!form) return;
    const { tab, beat } = form.elements;
    const [at, address, seen] = [Date.now(), form.dataset.draft, draft.seen(form).value];
    const left = { at, address, seen, tab: tab?.value, beat: beat?.value, saves: draft.saves + draft.unsaved };
    history.replaceState({ left }, "");
  },

  // After a reload, the last save may still be in progress.
  async catchUp() {
    const { left } = history.state ?? {};
    const form = draft.form();
    if (!form || left?.address !== form.dataset.draft || Date.now() - left.at > 15000) return;
    if (left.tab) [form.elements.tab.value, form.elements.beat.value] = [left.tab, left.beat];
    for (const wait of [0, 200, 400, 800, 1600]) {
      const here = draft.form();
      const seen = draft.seen(here);
      if (seen.value - left.seen >= left.saves || draft.unsaved) break;
      here.setAttribute("aria-busy", "true");
      await new Promise((resolve) => setTimeout(resolve, wait));
      const reply = await fetch(location.href).catch(() => null);
      const page = new DOMParser().parseFromString((await reply?.text()) ?? "", "text/html");
      const fresh = page.querySelector("form[data-draft]");
      if (reply?.redirected || !fresh || draft.seen(fresh).value === seen.value) continue;
      if (left.tab) [fresh.elements.tab.value, fresh.elements.beat.value] = [left.tab, left.beat];
      const id = here.contains(document.activeElement) && document.activeElement.id;
      here.replaceWith(fresh);
      if (id) document.getElementById(id)?.focus({ preventScroll: true });
    }
    draft.form().removeAttribute("aria-busy");
  },

  async send(form, leaving) {
    const { beat } = form.elements;
    if (beat) beat.value = Number(beat.value) + 1;
    const body = new URLSearchParams(new FormData(form));
    body.set("then", "typing");
    const keepalive = leaving && `${body}`.length < 60000; // the most that browsers send
    let reply, told;
    try {
      const signal = AbortSignal.timeout?.(15000);
      reply = await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual", keepalive, signal });
      if (reply.status >= 500 || reply.status === 429) throw reply;
      told = await reply.json().catch(() => ({}));
    } catch {
      return draft.failed("away", 5);
    }
    if (form !== draft.form()) return;
    if (!reply.ok) return draft.failed(told.why ?? (reply.status === 413 ? "refused" : "ended"));
    if (told.seen) draft.seen(form).value = told.seen;
    draft.stuck = draft.helpless = false;
    if (!draft.unsaved) draft.say(told.locked ? "locked" : draft.unsent ? "kept" : "saved", told.saved);
  },

  failed(why, seconds = 0) {
    draft.unsaved = draft.stuck = true;
    draft.say(why !== "away" ? why : draft.helpless ? "help" : draft.unsent ? "unsent" : why);
    if (seconds) draft.later(seconds);
  },

  taken() {
    clearTimeout(draft.timer);
    draft.timer = 0;
    draft.unsaved = draft.stuck = draft.unsent = draft.helpless = false;
    history.replaceState(null, "");
  },

  // Saves before the page is left.
  async settled(milliseconds) {
    const longest = new Promise((resolve) => setTimeout(resolve, milliseconds));
    await Promise.race([draft.save(true), longest]);
    if (!draft.stuck) draft.unsaved = false;
    draft.saving = null;
  },
};

draft.voice.className = "vh";
draft.voice.setAttribute("role", "status");

addEventListener("input", (event) => {
  if (event.target.form !== draft.form()) return;
  if (!draft.voice.isConnected) document.body.append(draft.voice); // a new live region is silent
  const first = !draft.unsaved;
  draft.unsaved = true;
  draft.unsent = false;
  if (first) draft.remember();
  if (!draft.timer) draft.later(2);
  if (!draft.stuck) draft.say("unsaved");
});

addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.method === "dialog" || globalThis.sentByScript?.(form, submitter)) return;
  if (form === draft.form() && draft.stuck) {
    event.preventDefault(); // an error page would replace what was typed
    draft.helpless = draft.helpless || ["help", "tell"].includes(submitter?.value);
    draft.spoken = ""; // announce it again
    draft.say(draft.helpless ? "help" : "away");
    return draft.later(0);
  }
  if (form === draft.form() && !(draft.saving && submitter)) return draft.taken();
  if (form !== draft.form() && !draft.unsaved && !draft.saving) return;
  event.preventDefault();
  await draft.settled(form === draft.form() ? 15000 : 500);
  if (form === draft.form() || form.name === "leave") draft.taken();
  submitter ? submitter.click() : form.submit();
});

addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || link.target || link.protocol === "tel:") return;
  if (!draft.unsaved || draft.stuck || link.hash && link.pathname + link.search === location.pathname + location.search) return;
  event.preventDefault();
  await draft.settled(1500);
  location.assign(link.href);
});

addEventListener("resize", () => document.activeElement.closest(".sheet:has(> textarea)")?.scrollIntoView(false)); // above a phone keyboard
addEventListener("online", () => draft.save());
addEventListener("pagehide", () => draft.save(true));
document.addEventListener("visibilitychange", () => document.hidden && draft.save(true));
addEventListener("beforeunload", (event) => {
  if (!draft.unsaved) return;
  event.preventDefault();
  draft.save(true);
});

// Blocks typing into a form that will be replaced, but not its links to help. "inert" would lose the focus.
for (const kind of ["beforeinput", "click"]) {
  addEventListener(kind, (event) => {
    if (event.target.closest?.("form[aria-busy]") && !event.target.closest("[name=then]")) event.preventDefault();
  });
}

// Saves text typed before this script loaded.
for (const field of draft.form()?.querySelectorAll("input, textarea") ?? []) {
  const early = field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  if (early) field.dispatchEvent(new Event("input", { bubbles: true }));
}
draft.catchUp();
