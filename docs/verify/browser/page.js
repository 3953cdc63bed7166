// The page around `receipt.js` and `figures.js`: takes the keys and the receipt, or the proof of a figure, from its form, says step by step what holds, and keeps the keys
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
    sum: ["各级数字逐级相加，等于所签署的全市总数：没有遗漏，也没有重复", "the counts add up, place by place, to the totals that were signed: none is missing and none is counted twice"],
    goodFigure: ["核验通过：这项数字出自您信任的密钥所签署的日志", "Verified: the figure is of a log signed by a key that you trust"],
    figure: ["指标", "Figure"], scope: ["范围", "Scope"], count: ["数值", "How many"], of: ["占", "Of how many"], day: ["统计日期", "Day"], upTo: ["依据记录", "From events"],
    part: ["其中", "Of these in "], counted: ["已计入的联合党组织", "Joint branch that is counted"], own: ["计", "It counts"], events: ["依据其第几条记录", "From its events"], absent: ["不在其中的联合党组织", "Joint branch that is not among them"],
    proven: ["以下即凭据所证明的事件，逐字节如下", "The event that the receipt proves, byte by byte"]
  };
  // The figures that are proved, as the program calls them.
  var FIGURES = {
    recorded: ["在册联合党组织", "Joint branches on file"],
    joint_branches: ["联合党组织", "Joint branches"],
    mergers: ["合建", "Mergers"],
    pairings: ["共建", "Pairings"],
    good: ["评估“好”", "Graded good"],
    fair: ["评估“一般”", "Graded fair"],
    poor: ["评估“较差”", "Graded poor"],
    evaluations_missing: ["逾期未评估", "Evaluations missing"],
    evaluations_late: ["逾期录入的季度评估", "Evaluations recorded late"],
    evaluations_corrected: ["更正的评估", "Evaluations corrected"],
    rectifications_open: ["整改中", "Rectifications open"],
    rectifications_overdue: ["整改逾期", "Rectifications overdue"],
    termination_due: ["应予终止", "Termination due"],
    dissolved: ["已撤销", "Dissolved"],
    secretaries_vacant: ["书记空缺", "Secretaries vacant"],
    secretaries_awaiting_approval: ["书记待批复", "Secretaries to be approved"],
    terms_expiring: ["任期将满", "Terms expiring"],
    co_located: ["合署办公", "Co-located"],
    co_located_ever: ["累计合署办公", "Co-located so far"],
    proposals_open: ["待批准的请示", "Proposals open"],
    late_entries: ["补录", "Late entries"],
    registered_before: ["存量登记", "Registered as they stood"],
    filings_missing: ["逾期未备案", "Filings missing"],
    secretaries_village_heads: ["一肩挑", "Secretaries who head a village"],
    villages: ["行政村", "Villages"],
    villages_covered: ["覆盖的行政村", "Villages covered"]
  };
  var STEPS = ["form", "keys", "path", "event", "signature", "moment", "seen"];

  function start(form) {
    var out = document.getElementById("check-result");
    var language = form.getAttribute("data-words");
    function inWords(pair) {
      return language === "zh" ? pair[0] : language === "en" ? pair[1] : pair[0] + " · " + pair[1];
    }
    function say(word) { return inWords(WORDS[word]); }
    // A figure of a later program has no words here, and stands as it was signed.
    function figureName(name) { return FIGURES.hasOwnProperty(name) ? inWords(FIGURES[name]) : name; }
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

    // What a proof of a figure shows.
    function showFigure(shown) {
      if (isForked(shown)) shown.failed = "seen";
      while (out.firstChild) out.removeChild(out.firstChild);
      var verdict = shown.failed ? "bad" : shown.isSigned ? "goodFigure" : "open", look = shown.failed ? "bad" : shown.isSigned ? "good" : "warn";
      put(out, "p", say(verdict), "verdict state-" + look).setAttribute("data-verdict", shown.failed || (shown.isSigned ? "good" : "open"));
      var list = put(out, "ol", "", "steps");
      if (shown.failed) return put(list, "li", "✗ " + say(shown.failed === "seen" ? "forked" : shown.failed), "state-bad");
      put(list, "li", "✓ " + say("sum"), "state-good");
      put(list, "li", say(shown.isSigned ? "trusted" : "untrusted"), shown.isSigned ? "state-good" : "state-warn");
      shown.witnesses.forEach(function (witness) {
        put(list, "li", say("witnessed") + witness.name + " " + new Date(witness.time * 1000).toISOString(), "state-good");
      });
      if (!shown.witnesses.length) put(list, "li", say("unwitnessed"), "state-warn");
      var facts = put(out, "dl", "", "fields"), claim = shown.claim;
      function fact(word, value, more) {
        put(facts, "dt", say(word) + (more || ""));
        put(facts, "dd", String(value));
      }
      fact("figure", figureName(claim.figure));
      fact("scope", claim.scope);
      fact("count", shown.count);
      fact("of", shown.of + " (" + figureName(claim.of) + ")");
      if (claim.counted) {
        fact("counted", claim.name + " (" + claim.id + ")");
        fact("own", shown.own);
        fact("events", claim.events);
      }
      if (claim.absent) fact("absent", claim.id);
      fact("day", shown.day);
      fact("upTo", "1–" + shown.size);
      fact("origin", shown.origin);
      fact("root", shown.root);
      shown.parts.forEach(function (part) { fact("part", part[1], " " + part[0]); });
    }

    function run() {
      stored("trusted-keys", form.elements.keys.value);
      var text = form.elements.receipt.value.replace(/\r\n/g, "\n");
      if (window.isFigureProof(text)) return showFigure(window.checkFigure(text, form.elements.keys.value));
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
