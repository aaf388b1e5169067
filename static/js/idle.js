// Warns before the page locks, and closes it when it has: nobody who comes later reads what stands here.
{
  const dialog = document.getElementById("idle");
  const seconds = Number(dialog.dataset.seconds);
  const warning = 120;
  let seen = Date.now();
  let asked = 0;
  const stay = async () => {
    asked = Date.now();
    const reply = await fetch(dialog.dataset.stay, { redirect: "manual" }).catch(() => null);
    if (reply?.ok) seen = Date.now();
  };
  dialog.addEventListener("close", stay);
  addEventListener("input", () => {
    if (Date.now() - asked > 30000) stay();
  });
  setInterval(() => {
    const left = seconds - (Date.now() - seen) / 1000;
    if (left < 0 && !(typeof draft === "object" && draft.unsaved)) location.reload();
    else if (left < warning && !dialog.open) dialog.showModal();
  }, 5000);
}
