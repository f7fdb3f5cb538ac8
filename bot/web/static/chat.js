"use strict";
(function () {
  var body = document.body, log = document.getElementById("log"), ask = document.getElementById("ask");
  var text = document.getElementById("text"), state = document.getElementById("state");
  var last = Number(body.dataset.last) || 0, queue = [], sending = false, waiting = null;

  function newId() {
    var bytes = new Uint8Array(12);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function say(words) { if (state.textContent !== words) state.textContent = words; }
  function toEnd() { window.scrollTo(0, document.documentElement.scrollHeight); }
  function quieten() {
    var all = log.querySelectorAll(".bot");
    for (var i = 0; i < all.length - 1; i++) all[i].classList.add("old");
  }

  function keepList() { // the last list of papers, for the page that is shown without network
    var ticks = log.querySelectorAll('button[value^="tk:"]'), last = ticks.length && ticks[ticks.length - 1].closest(".msg");
    if (!last) return;
    var copy = last.cloneNode(true), form = copy.querySelector("form");
    if (form) form.remove();
    var lines = Array.prototype.map.call(copy.querySelectorAll("p, li"), function (line) { return line.innerText.trim(); });
    try { localStorage.setItem("causo-list", lines.join("\n")); } catch (error) { return; }
  }
  function dropList() { try { localStorage.removeItem("causo-list"); } catch (error) { return; } }

  function listen() {
    var stream = new EventSource(ask.action.replace(/chat$/, "events") + "?after=" + last);
    stream.onmessage = function (event) {
      var seq = Number(event.lastEventId);
      if (seq <= last) return;
      last = seq;
      var box = document.createElement("div");
      box.innerHTML = event.data; // made and escaped by our own server
      var message = box.firstElementChild;
      var first = message.classList.contains("bot") && !log.lastElementChild.classList.contains("bot");
      log.appendChild(message);
      quieten();
      keepList();
      if (message.classList.contains("bot")) { waiting = null; say(""); }
      if (first) message.scrollIntoView({ block: "start" }); else if (message.classList.contains("mine")) toEnd();
    };
    stream.addEventListener("gone", function () { dropList(); stream.close(); location.reload(); });
    stream.onopen = function () { if (!waiting) say(""); flush(); };
    stream.onerror = function () {
      say(body.dataset.offline);
      if (stream.readyState === 2) setTimeout(listen, 3000);
    };
  }

  function flush() {
    if (sending || !queue.length) return;
    sending = true;
    fetch(ask.action, { method: "POST", headers: { "Accept": "application/json" }, body: new URLSearchParams(queue[0]), credentials: "same-origin" })
      .then(function (answer) {
        sending = false;
        if (answer.status === 202) { queue.shift(); flush(); }
        else if (answer.status === 503) { say(body.dataset.notSent); setTimeout(flush, 4000); }
        else if (answer.status === 429) { say(body.dataset.limit); setTimeout(flush, 15000); }
        else { queue.shift(); location.reload(); }
      })
      .catch(function () { sending = false; say(body.dataset.notSent); setTimeout(flush, 4000); });
  }
  function send(fields) {
    fields.message_id = newId();
    queue.push(fields);
    waiting = fields.message_id;
    say(body.dataset.waiting);
    toEnd();
    flush();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || document.activeElement;
    if (form.action.slice(-5) !== "/chat") return;
    event.preventDefault();
    if (button && button.name === "button") {
      var named = form.elements.text && form !== ask ? form.elements.text.value : "";
      send(named ? { button: button.value, text: named } : { button: button.value });
    }
    else if (text.value.trim()) { send({ text: text.value }); text.value = ""; text.style.height = ""; }
    if (form === ask) text.focus();
  });
  text.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      ask.querySelector(".send").click();
    }
  });
  text.addEventListener("input", function () {
    text.style.height = "auto";
    text.style.height = Math.min(text.scrollHeight + 4, 180) + "px";
  });
  window.addEventListener("online", flush);
  var print = document.getElementById("print");
  print.hidden = false;
  print.addEventListener("click", function () { window.print(); });
  quieten();
  keepList();
  if (log.children.length > 1) log.lastElementChild.scrollIntoView({ block: "start" });
  var begin = document.getElementById("begin");
  if (begin) { // a short link: start there once, and leave an address that may be loaded again
    begin.querySelector("button").click();
    begin.remove();
    history.replaceState(null, "", ask.getAttribute("action").replace(/chat$/, ""));
  }
  listen();
  if ("serviceWorker" in navigator && window.top === window) {
    navigator.serviceWorker.register("/sw.js").then(function () { return navigator.serviceWorker.ready; }).then(function () {
      return caches.keys().then(function (names) {
        return Promise.all(names.map(function (name) {
          return caches.open(name).then(function (cache) { return cache.add(ask.getAttribute("action").replace(/chat$/, "ngoai-tuyen")); });
        }));
      });
    }).catch(function () { return null; }); // without it everything but the page without network works
  }
})();
