"use strict";
(function () {
  var kept = null, box = document.getElementById("list");
  try { kept = localStorage.getItem("causo-list"); } catch (error) { kept = null; }
  if (!kept) return;
  box.querySelector("pre").textContent = kept;
  box.hidden = false;
})();
