// Keeps the part of a desk page that changes by itself up to date; what is being typed stays as it is.
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !window.EventSource) { return; }
  var source = new EventSource(live.dataset.events);
  source.addEventListener("changed", function () {
    fetch(location.pathname, { credentials: "same-origin" }).then(function (answer) {
      return answer.redirected ? null : answer.text();
    }).then(function (html) {
      if (!html) { location.reload(); return; }
      var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("live");
      if (fresh) { live.innerHTML = fresh.innerHTML; }
    }).catch(function () {});
  });
}());
