// What a browser with scripts does besides: live update, drafts of forms, the document number. Every page works without.
(function () {
  "use strict";

  // Where the service stands on its host: this script lies right below.
  var BASE = document.currentScript.src.replace(/\/pages\.js.*$/, "");

  // Live update: when something is recorded in the reader's scope, the page is fetched again and its matter replaced.
  var PAUSE_MS = 1500;
  function follow(main) {
    if (!window.EventSource || !window.fetch || !window.DOMParser) return;
    var scope = main.getAttribute("data-scope");
    var source = null;
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
    function listen() {
      source = new EventSource(BASE + "/api/v1/events/stream?after=" + main.getAttribute("data-live") + "&scope=" + scope);
      source.onmessage = function () { if (!waiting) waiting = setTimeout(refresh, PAUSE_MS); };
    }
    // A browser keeps pages that were left, and has six connections to one server: a stream that nobody looks at lets go.
    window.addEventListener("pagehide", function () { source.close(); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) listen(); });
    listen();
  }

  // Drafts: what was filled in stays until it is recorded, or the tab is closed; erasable fields are never kept.
  var DRAFT = "draft:", RECORDING = "recording";
  function draftKey() { return DRAFT + location.pathname + location.search; }
  function isTick(field) { return field.type === "radio" || field.type === "checkbox"; }
  function keepDraft(form) {
    var key = draftKey();
    var fields = [].filter.call(form.elements, function (field) {
      return field.name && field.type !== "file" && field.name.charAt(0) !== "_" && !field.hasAttribute("data-private");
    });
    try {
      var kept = JSON.parse(sessionStorage.getItem(key) || "null");
      if (kept && !form.hasAttribute("data-posted")) restore(form, fields, kept);
      form.addEventListener("input", function () {
        var draft = {};
        fields.forEach(function (field) { if (!isTick(field) || field.checked) draft[field.name] = field.value; });
        sessionStorage.setItem(key, JSON.stringify(draft));
      });
    } catch (refused) { /* no storage, no draft */ }
  }
  // What was prefilled and changed comes back as it was left; one click begins anew.
  function restore(form, fields, kept) {
    var changed = fields.filter(function (field) {
      if (isTick(field)) return field.checked !== (field.value === kept[field.name]);
      return kept[field.name] !== undefined && field.value !== kept[field.name];
    });
    if (!changed.length) return;
    changed.forEach(function (field) {
      if (isTick(field)) field.checked = !field.checked; else field.value = kept[field.name];
    });
    var note = document.createElement("p"), discard = document.createElement("button");
    note.className = "notice past";
    note.setAttribute("role", "status");
    note.appendChild(document.createTextNode(form.getAttribute("data-draft") + " "));
    discard.type = "button";
    discard.appendChild(document.createTextNode(form.getAttribute("data-discard")));
    discard.addEventListener("click", function () { sessionStorage.removeItem(draftKey()); location.reload(); });
    note.appendChild(discard);
    form.parentNode.insertBefore(note, form);
  }
  // Recording clears the draft of what was recorded, and no other: which one it was is noted when the form is sent.
  function noteRecording(form) {
    form.addEventListener("submit", function () {
      try { sessionStorage.setItem(RECORDING, draftKey()); } catch (refused) { /* no storage, no draft */ }
    });
  }
  function clearRecorded() {
    try {
      var key = sessionStorage.getItem(RECORDING);
      if (key) sessionStorage.removeItem(key);
      sessionStorage.removeItem(RECORDING);
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

  // The effective date, left as it was, follows the document or the meeting: the service would do it in the preview.
  var FOLLOWED = ["/document/issued", "/decided_by/date"];
  function followDay(form) {
    var effective = form.elements["/effective_date"], left = form.elements["_day"];
    if (!effective || !left) return;
    form.addEventListener("input", function (event) {
      if (FOLLOWED.indexOf(event.target.name) < 0 || !left.value || effective.value !== left.value) return;
      var days = FOLLOWED.map(function (name) { return form.elements[name] ? form.elements[name].value : ""; });
      var day = days.sort()[1];
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return;
      effective.value = left.value = day;
      effective.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  // The hash of a scan, computed here before anything is sent: the service computes it again, and says whether both agree.
  function hashScan(picker) {
    var target = document.getElementById(picker.getAttribute("data-hash-for"));
    var shown = document.querySelector("[data-hash-shown='" + picker.getAttribute("data-hash-for") + "']");
    // Outside of a secure context there is no digest; the service computes it alone.
    if (!target || !window.crypto || !window.crypto.subtle || !window.FileReader) return;
    picker.addEventListener("change", function () {
      var file = picker.files && picker.files[0];
      shown.textContent = "";
      target.value = "";
      if (!file) return;
      var reader = new FileReader();
      reader.onload = function () {
        window.crypto.subtle.digest("SHA-256", reader.result).then(function (hash) {
          target.value = [].map.call(new Uint8Array(hash), function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
          shown.textContent = shown.getAttribute("data-words") + target.value;
        }).catch(function () { target.value = ""; });
      };
      reader.readAsArrayBuffer(file);
    });
  }

  // Slides are turned by keys; the links do the same.
  function turn(slide) {
    document.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey || /^(A|BUTTON|INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.key === " ") return;
      var to = null;
      if (event.key === "ArrowLeft" || event.key === "PageUp") to = slide.getAttribute("data-before");
      if (event.key === "ArrowRight" || event.key === "PageDown" || event.key === " ") to = slide.getAttribute("data-after");
      if (!to) return;
      event.preventDefault();
      location.href = to;
    });
  }

  var slide = document.querySelector("body.slide");
  if (slide) turn(slide);
  var main = document.querySelector("main[data-live]");
  if (main && !document.querySelector("form[data-draft], #check-form")) follow(main);
  [].forEach.call(document.querySelectorAll("form[data-draft]"), keepDraft);
  [].forEach.call(document.querySelectorAll("form[data-draft]"), followDay);
  [].forEach.call(document.querySelectorAll(".helper[data-for]"), helpWithNumber);
  [].forEach.call(document.querySelectorAll("input[data-hash-for]"), hashScan);
  [].forEach.call(document.querySelectorAll("form[data-draft], form[data-records]"), noteRecording);
  if (document.querySelector("[data-clear-draft]")) clearRecorded();
  var wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
