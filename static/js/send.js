// Sends an answer and takes in just the new turns; without it the form loads the page again.
addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches(".composer") || button?.hasAttribute("formaction") || form.dataset.changing) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = true;
  const body = new URLSearchParams(new FormData(form));
  if (button?.name) body.set(button.name, button.value);
  try {
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "turns" } });
    if (reply.redirected) return location.assign(reply.url);
    if (reply.status >= 500) throw reply;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const turns = page.querySelector("[data-turns]");
    if (turns) {
      document.getElementById("now").replaceWith(...turns.children);
      document.querySelector(".top progress")?.replaceWith(page.querySelector("progress"));
      const next = page.querySelector(".composer");
      if (next) form.replaceWith(next);
      else form.remove();
      history.replaceState(null, "", location.pathname);
    } else {
      document.querySelector("main").replaceWith(page.querySelector("main"));
      // The address of what is shown now, so that "keep what is saved" leads to another one.
      if (draft.form()) history.replaceState(null, "", `?change=${form.elements.prompt.value}`);
    }
    clearTimeout(draft.timer);
    const now = document.getElementById("now") ?? document.querySelector("main");
    now.scrollIntoView({ block: "start" });
    (document.querySelector(".summary, .notice.other") ?? now).focus();
  } catch {
    form.ariaBusy = null;
    draft.unsaved = true;
    draft.say("away");
    draft.later(5);
  }
});
