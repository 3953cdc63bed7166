// The page around `receipt.js`: takes the keys and the receipt from its form, says step by step what holds, and keeps the keys
// and the last head in this browser, so that another history of the same length is noticed next time.
(function () {
  "use strict";
  var WORDS = {
    form: ["凭据的格式", "the form of the receipt"],
    keys: ["公钥的格式", "the form of the keys"],
    path: ["事件的字节经散列路径得到检查点的树根（SHA-256）", "the event's bytes lead along the path of hashes to the checkpoint's root (SHA-256)"],
    event: ["事件所写的位置与日志和凭据一致", "the position and the log that the event names are the receipt's"],
    signature: ["检查点的签名（Ed25519）", "the signature of the checkpoint (Ed25519)"],
    moment: ["见证人联署的时间不早于记录时间（相差不超过十分钟）", "no witness had signed more than ten minutes before the event's time"],
    seen: ["与本浏览器上次核对的检查点不矛盾", "no contradiction to the checkpoint that this browser checked last"],
    trusted: ["由您填写的公钥签署", "signed by a key that you entered"],
    untrusted: ["签署者未确认：未用您填写的公钥签署", "signer not established: no key that you entered has signed"],
    witnessed: ["见证人联署：", "co-signed by the witness "],
    unwitnessed: ["未见证：仅凭运营者一方即可改写", "not witnessed: the operator alone could have rewritten this"],
    forked: ["与上次所见的同长度历史不同：请保存两份检查点并报告", "another history of the same length than the one seen before: keep both checkpoints and report it"],
    good: ["核验通过：该事件在您信任的密钥所签署的日志中，未被改动", "Verified: the event is, unaltered, in a log signed by a key that you trust"],
    open: ["前后一致，但签署者未确认：请填写另行取得的公钥", "Consistent, signer not established: enter the public key that you have from elsewhere"],
    bad: ["核验不通过", "Verification failed"],
    position: ["位置", "Position"], size: ["日志长度", "Length of the log"], origin: ["日志", "Log"], root: ["树根", "Root"], time: ["记录时间", "Recorded"],
    proven: ["以下即凭据所证明的事件，逐字节如下", "The event that the receipt proves, byte by byte"]
  };
  var STEPS = ["form", "keys", "path", "event", "signature", "moment", "seen"];

  function start(form) {
    var out = document.getElementById("check-result");
    var language = form.getAttribute("data-words");
    function say(word) {
      var pair = WORDS[word];
      return language === "zh" ? pair[0] : language === "en" ? pair[1] : pair[0] + " · " + pair[1];
    }
    function put(parent, name, text, look) {
      var element = document.createElement(name);
      element.textContent = text;
      if (look) element.className = look;
      parent.appendChild(element);
      return element;
    }
    function stored(name, value) {
      try {
        if (value === undefined) return localStorage.getItem(name) || "";
        localStorage.setItem(name, value);
      } catch (refused) { /* no storage, nothing kept */ }
      return "";
    }

    // A head of the same length with another root is another history.
    function isForked(shown) {
      if (shown.failed || !shown.isSigned) return false;
      var name = "checked:" + shown.origin, last = stored(name).split(" ");
      var isOther = Number(last[0]) === shown.size && last[1] !== shown.root;
      if (!isOther && shown.size > Number(last[0] || 0)) stored(name, shown.size + " " + shown.root);
      return isOther;
    }

    function show(shown) {
      if (isForked(shown)) shown.failed = "seen";
      while (out.firstChild) out.removeChild(out.firstChild);
      var verdict = shown.failed ? "bad" : shown.isSigned ? "good" : "open";
      put(out, "p", say(verdict), "verdict state-" + (verdict === "open" ? "warn" : verdict)).setAttribute("data-verdict", shown.failed || verdict);
      var list = put(out, "ol", "", "steps"), passed = true;
      STEPS.forEach(function (step) {
        if (!passed) return;
        passed = shown.failed !== step;
        put(list, "li", (passed ? "✓ " : "✗ ") + say(step), passed ? "state-good" : "state-bad");
      });
      if (shown.failed === "seen") put(list, "li", say("forked"), "state-bad");
      if (shown.failed) return;
      put(list, "li", say(shown.isSigned ? "trusted" : "untrusted"), shown.isSigned ? "state-good" : "state-warn");
      shown.witnesses.forEach(function (witness) {
        put(list, "li", say("witnessed") + witness.name + " " + new Date(witness.time * 1000).toISOString(), "state-good");
      });
      if (!shown.witnesses.length) put(list, "li", say("unwitnessed"), "state-warn");
      var facts = put(out, "dl", "", "fields");
      ["position", "time", "origin", "size", "root"].forEach(function (name) {
        put(facts, "dt", say(name));
        put(facts, "dd", String(shown[name]));
      });
      put(out, "p", say("proven"));
      put(out, "pre", shown.event, "stored");
    }

    function run() {
      stored("trusted-keys", form.elements.keys.value);
      show(window.checkReceipt(form.elements.receipt.value.replace(/\r\n/g, "\n"), form.elements.keys.value));
    }
    form.elements.keys.value = form.elements.keys.value || stored("trusted-keys");
    form.elements.file.addEventListener("change", function () {
      var reader = new FileReader();
      reader.onload = function () { form.elements.receipt.value = reader.result; run(); };
      if (this.files[0]) reader.readAsText(this.files[0]);
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); run(); });
    if (form.elements.receipt.value) run();
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("check-form");
    if (form) start(form);
  });
})();
