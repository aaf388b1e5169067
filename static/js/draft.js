// Saves what is being typed, says whether it is saved, and keeps trying while the network is away.
const draft = {
  unsaved: false,
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

  async save(options = {}) {
    const form = draft.form();
    if (!form || !draft.unsaved) return;
    draft.unsaved = false;
    const body = new URLSearchParams(new FormData(form));
    body.set("then", "typing");
    try {
      const reply = await fetch(form.dataset.draft, { method: "POST", body, redirect: "manual", ...options });
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
addEventListener("submit", (event) => {
  if (event.target === draft.form()) draft.unsaved = false;
  else draft.save({ keepalive: true }).then(() => (draft.unsaved = false));
});
addEventListener("pagehide", () => draft.save({ keepalive: true }));
document.addEventListener("visibilitychange", () => document.hidden && draft.save({ keepalive: true }));
addEventListener("beforeunload", (event) => draft.unsaved && event.preventDefault());
