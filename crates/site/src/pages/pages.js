// What a browser with scripts does besides: live update, drafts of forms, the document number. Every page works without.
(function () {
  "use strict";

  // Live update: when something is recorded in the reader's scope, the page is fetched again and its matter replaced.
  var PAUSE_MS = 1500;
  function follow(main) {
    if (!window.EventSource || !window.fetch || !window.DOMParser) return;
    var scope = main.getAttribute("data-scope");
    var source = new EventSource("/api/v1/events/stream?after=" + main.getAttribute("data-live") + "&scope=" + scope);
    var waiting = null;
    function refresh() {
      waiting = null;
      var active = document.activeElement;
      var now = document.getElementById("main");
      // Nobody's typing is taken away.
      if (document.hidden || (active && now.contains(active) && /INPUT|SELECT|TEXTAREA/.test(active.tagName))) {
        waiting = setTimeout(refresh, PAUSE_MS);
        return;
      }
      fetch(location.href, { credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : null;
      }).then(function (text) {
        if (!text) return;
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("main");
        if (!fresh) return;
        var open = [].map.call(now.querySelectorAll("details"), function (one) { return one.open; });
        [].forEach.call(fresh.querySelectorAll("details"), function (one, index) { one.open = open[index] || one.open; });
        now.parentNode.replaceChild(document.importNode(fresh, true), now);
      }).catch(function () { /* the next event tries again */ });
    }
    source.onmessage = function () { if (!waiting) waiting = setTimeout(refresh, PAUSE_MS); };
  }

  // Drafts: what was filled in stays for a reload of the tab, and is gone with it; erasable fields are never kept.
  function keepDraft(form) {
    var key = "draft:" + location.pathname + location.search;
    var fields = [].filter.call(form.elements, function (field) {
      return field.name && field.name.charAt(0) !== "_" && !field.hasAttribute("data-private");
    });
    try {
      var kept = JSON.parse(sessionStorage.getItem(key) || "{}");
      if (!form.hasAttribute("data-posted")) {
        fields.forEach(function (field) { if (kept[field.name] !== undefined && !field.value) field.value = kept[field.name]; });
      }
      form.addEventListener("input", function () {
        var draft = {};
        fields.forEach(function (field) { if (field.value) draft[field.name] = field.value; });
        sessionStorage.setItem(key, JSON.stringify(draft));
      });
    } catch (refused) { /* no storage, no draft */ }
  }
  function clearDrafts() {
    try {
      Object.keys(sessionStorage).forEach(function (key) { if (key.indexOf("draft:") === 0) sessionStorage.removeItem(key); });
    } catch (refused) { /* no storage, no draft */ }
  }

  // The document number in three parts: 机关代字, 年份, 序号.
  function helpWithNumber(box) {
    var target = document.getElementById(box.getAttribute("data-for"));
    var parts = box.querySelectorAll("input");
    box.hidden = false;
    box.addEventListener("input", function () {
      if (parts[0].value && parts[1].value && parts[2].value) {
        target.value = parts[0].value + "〔" + parts[1].value + "〕" + parts[2].value + "号";
        target.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  var main = document.querySelector("main[data-live]");
  if (main && !document.querySelector("form[data-draft], #check-form")) follow(main);
  [].forEach.call(document.querySelectorAll("form[data-draft]"), keepDraft);
  [].forEach.call(document.querySelectorAll(".helper[data-for]"), helpWithNumber);
  if (document.querySelector("[data-clear-draft]")) clearDrafts();
})();
