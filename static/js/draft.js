// Saves what is being typed, says whether it is saved, and keeps trying while the network is away.
const draft = {
  unsaved: false,
  saving: null,
  timer: 0,
  form: () => document.querySelector("form[data-draft]"),

  say(key, time = "") {
    const line = draft.form()?.querySelector(".save-state");
    const words = line?.dataset[key].replace("%s", time);
    if (line && line.textContent !== words) line.textContent = words;
  },

  later(seconds) {
    clearTimeout(draft.timer);
    draft.timer = setTimeout(draft.save, seconds * 1000);
  },

  // One save at a time, or an older text could arrive after a newer one; only who leaves does not wait.
  save(leaving = false) {
    if (!draft.form() || !draft.unsaved) return draft.saving;
    if (draft.saving && !leaving) return draft.later(1);
    draft.unsaved = false;
    const saving = draft.send(draft.form(), leaving).finally(() => draft.saving === saving && (draft.saving = null));
    return (draft.saving = saving);
  },

  async send(form, leaving) {
    const body = new URLSearchParams(new FormData(form));
    body.set("then", "typing");
    const keepalive = leaving && `${body}`.length < 60000; // browsers refuse to carry more after the page is gone
    try {
      const signal = AbortSignal.timeout(15000);
      const reply = await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual", keepalive, signal });
      if (reply.status >= 500) throw reply;
      if (form !== draft.form()) return;
      if (!reply.ok) return draft.say(reply.status === 409 ? "elsewhere" : "ended");
      const { saved, seen, locked } = await reply.json();
      if (seen) form.elements.seen.value = seen;
      if (!draft.unsaved) draft.say(locked ? "locked" : "saved", saved);
    } catch {
      draft.unsaved = true;
      draft.say("away");
      draft.later(5);
    }
  },
};

addEventListener("input", (event) => {
  if (event.target.form !== draft.form()) return;
  if (!draft.unsaved) draft.later(2);
  draft.unsaved = true;
  draft.say("unsaved");
});
addEventListener("online", () => draft.save());
// Signing out or leaving must not overtake the last save, nor feedback the reply to one; a composer minds that itself.
addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const ours = form === draft.form();
  if (ours) draft.unsaved = false;
  if (form.matches(".composer, [method=dialog]") || !(draft.unsaved || draft.saving)) return;
  event.preventDefault();
  const longest = new Promise((resolve) => setTimeout(resolve, ours ? 15000 : 500));
  await Promise.race([draft.save(true), longest]);
  draft.unsaved = false;
  draft.saving = null;
  form.requestSubmit(submitter);
});
addEventListener("pagehide", () => draft.save(true));
document.addEventListener("visibilitychange", () => document.hidden && draft.save(true));
addEventListener("beforeunload", (event) => {
  if (!draft.unsaved) return;
  event.preventDefault();
  draft.save(true); // while the browser asks, so that a page loaded again has it
});
