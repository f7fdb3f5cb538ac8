"use strict";
var CACHE = "causo-VERSION";
var STATIC = "/static/VERSION/";

self.addEventListener("install", function (event) {
  var needed = ["/ngoai-tuyen", STATIC + "chat.css", STATIC + "offline.js"];
  event.waitUntil(caches.open(CACHE).then(function (cache) { return cache.addAll(needed); }).then(function () { return self.skipWaiting(); }));
});
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== CACHE; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});
self.addEventListener("fetch", function (event) {
  var request = event.request, path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && !/^\/(ban|du-lieu)(\/|$)/.test(path)) {
    var ward = (path.match(/^\/p\/[^/]+/) || [""])[0];
    event.respondWith(fetch(request).catch(function () {
      return caches.match(ward + "/ngoai-tuyen").then(function (found) { return found || caches.match("/ngoai-tuyen"); });
    }));
  } else if (path.indexOf(STATIC) === 0) {
    event.respondWith(fetch(request).catch(function () { return caches.match(request); }));
  }
});
