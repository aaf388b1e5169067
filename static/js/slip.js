// The code of a slip, which its QR code has behind the #: into the form, and out of the address at once.
{
  const code = document.getElementById("code");
  const word = document.getElementById("word");
  const said = document.getElementById("scanned");
  const take = () => {
    const scanned = location.hash.match(/^#([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})$/)?.[1];
    if (!scanned) return;
    history.replaceState(history.state, "", location.pathname);
    code.value = scanned;
    for (const form of document.querySelectorAll("form.languages")) // leads back here, and takes it along
      form.action = form.action.replace(/(#.*)?$/, `#${scanned}`);
    said.hidden = false;
    word.focus();
  };
  take();
  addEventListener("hashchange", take);
}
