// Follows something that goes on in the background: reads the page again and shows how far it has come.
"use strict";

(() => {
  const followed = document.querySelector("[data-follow]");
  if (!followed) return;
  const parts = ["progress-title", "progress", "cases"];
  const look = async () => {
    let text;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      text = await answer.text();
    } catch {
      setTimeout(look, 5000); // away for a moment: the link on the page asks too
      return;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    if (!page.querySelector("[data-follow]")) {
      location.reload();
      return;
    }
    for (const id of parts) {
      const [here, there] = [document.getElementById(id), page.getElementById(id)];
      if (here && there && here.innerHTML !== there.innerHTML) here.innerHTML = there.innerHTML;
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
