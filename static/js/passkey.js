// Asks the device to make a passkey or to sign with one. Nothing else about signing in needs a script.
{
  const form = document.querySelector("form[data-challenge]");
  const button = document.getElementById("passkey");
  const failed = document.getElementById("passkey-failed");
  const answer = form.querySelector("input[name=passkey]");

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const known = (list) => list?.map((each) => ({ ...each, id: toBytes(each.id) }));

  const ask = async () => {
    const { csrf_token, page } = form.elements;
    const body = new URLSearchParams({ csrf_token: csrf_token.value, page: page.value });
    const reply = await fetch(form.dataset.challenge, { method: "POST", body });
    if (reply.redirected) return location.reload(); // locked, or signed in too long ago: the reloaded page redirects
    if (!reply.ok) throw reply;
    const options = await reply.json();
    options.challenge = toBytes(options.challenge);
    if (!options.user) {
      options.allowCredentials = known(options.allowCredentials);
      return navigator.credentials.get({ publicKey: options });
    }
    options.user.id = toBytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  };

  const sign = async () => {
    button.disabled = true;
    failed.hidden = true;
    try {
      const passkey = await ask();
      if (!passkey) return;
      const response = {};
      for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
        if (passkey.response[part]) response[part] = toText(passkey.response[part]);
      answer.value = JSON.stringify({ id: passkey.id, rawId: toText(passkey.rawId), type: passkey.type, response });
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  };

  if (window.PublicKeyCredential && navigator.credentials) {
    document.getElementById("passkey-cannot").hidden = true;
    button.hidden = false;
    button.addEventListener("click", sign);
    form.addEventListener("submit", (event) => {
      if (event.submitter !== null) return; // a form with another button also accepts a code
      event.preventDefault();
      sign();
    });
  }
}
