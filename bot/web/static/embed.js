(function () {
  "use strict";
  var words = WORDS, script = document.currentScript, here = new URL(script.src).origin;
  var place = script.getAttribute("data-place");
  var frame = null, button = document.createElement("button");

  function styled(element, rules) { for (var name in rules) element.style[name] = rules[name]; }
  function close() {
    if (!frame) return;
    frame.style.display = "none";
    button.setAttribute("aria-expanded", "false");
    button.textContent = words.open;
    button.focus();
  }
  function open() {
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = words.title;
      frame.src = here + (place ? "/p/" + encodeURIComponent(place) : "/");
      styled(frame, { position: "fixed", right: "8px", bottom: "76px", width: "min(420px, calc(100vw - 16px))",
        height: "min(640px, calc(100vh - 92px))", border: "1px solid #8b9991", borderRadius: "12px", background: "#fff", zIndex: 2147483000 });
      document.body.appendChild(frame);
    }
    frame.style.display = "block";
    button.setAttribute("aria-expanded", "true");
    button.textContent = words.close;
    frame.focus();
  }
  button.type = "button";
  button.textContent = words.open;
  button.setAttribute("aria-expanded", "false");
  styled(button, { position: "fixed", right: "8px", bottom: "8px", minHeight: "56px", padding: "0 20px", border: "0", borderRadius: "28px",
    background: "#0b5a4a", color: "#fff", font: "600 18px system-ui, sans-serif", zIndex: 2147483001, cursor: "pointer" });
  button.addEventListener("click", function () { if (frame && frame.style.display === "block") close(); else open(); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(); });
  (document.body ? Promise.resolve() : new Promise(function (go) { document.addEventListener("DOMContentLoaded", go); }))
    .then(function () { document.body.appendChild(button); });
})();
