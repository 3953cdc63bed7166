// Checks a proof of a figure in a browser: how many, of how many, and that none is missing. What it reads and hashes is that of
// `receipt.js`; it asks no server. README.md one folder above says which rules hold.
(function (root) {
  "use strict";
  var isNode = typeof module === "object" && module.exports;
  var formats = isNode ? require("./receipt.js").formats : root.receiptFormats;

  var HEADING = "lianjian.cn/figures-proof@v1", FORM = "lianjian-figures/1";
  var MAX_BYTES = 65536, MAX_COUNT = 9007199254740991, MAX_FIGURES = 64, MAX_PARTS = 256, MAX_STEPS = 96;
  var LOG_KEY = 1, WITNESS_KEY = 4;
  // The tiers from below: what one node is called, several joined ones, and which keys it has.
  var ULID = "[0-9A-HJKMNP-TV-Z]{26}";
  var TIERS = [["row", "rows", "[JV]" + ULID], ["township", "townships", "[0-9]{9}|_"], ["county", "counties", "[0-9]{6}|_"],
    ["city", "cities", "[0-9]{4}"]];

  function demand(holds, what) { if (!holds) throw new Error(what); }
  function isWhole(pattern, text) { return new RegExp("^(?:" + pattern + ")$").test(text); }
  function text(bytes) { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); }
  function hashed(kind, said) { return formats.base64(formats.sha256(formats.utf8("lianjian.cn figures 1 " + kind + "\n" + said))); }
  function tierOf(word, places) {
    for (var tier = 0; tier < TIERS.length; tier++) if (TIERS[tier].slice(0, places).indexOf(word) >= 0) return tier;
    return -1;
  }
  function parted(line) {
    var at = line.indexOf(" ");
    demand(at >= 0, "a step");
    return [line.slice(0, at), line.slice(at + 1)];
  }

  // A node: a line of text, its tier, its first and last key, what it counts.
  function node(line) {
    var words = line.split(" "), tier = tierOf(words[0], 2);
    demand(tier >= 0 && words.length === (words[0] === TIERS[tier][0] ? 4 : 5), "a line");
    var first = words[1], last = words[words.length - 3], counts = words[words.length - 2].split(",");
    demand(isWhole(TIERS[tier][2], first) && isWhole(TIERS[tier][2], last), "a line");
    demand(first <= last && (first === last) === (words[0] === TIERS[tier][0]) && counts.length <= MAX_FIGURES, "a line");
    counts = counts.map(function (count) {
      demand(isWhole("0|[1-9][0-9]{0,15}", count) && Number(count) <= MAX_COUNT, "a count");
      return Number(count);
    });
    formats.hash(words[words.length - 1]);
    return { text: line, tier: tier, first: first, last: last, counts: counts };
  }
  function written(tier, first, last, counts, digest) {
    demand(counts.every(function (count) { return count <= MAX_COUNT; }), "a count");
    var keys = first === last ? [TIERS[tier][0], first] : [TIERS[tier][1], first, last];
    return node(keys.concat([counts.join(","), digest]).join(" "));
  }
  // Both lines are hashed whole, each with its own keys and counts.
  function join(left, right) {
    demand(left.tier === right.tier && left.last < right.first && left.counts.length === right.counts.length, "neighbours");
    var counts = left.counts.map(function (count, at) { return count + right.counts[at]; });
    return written(left.tier, left.first, right.last, counts, hashed("branch", left.text + "\n" + right.text + "\n"));
  }
  function joinAll(nodes) {
    if (nodes.length < 2) return nodes.length ? nodes[0] : null;
    var half = 1;
    while (half * 2 < nodes.length) half *= 2;
    return join(joinAll(nodes.slice(0, half)), joinAll(nodes.slice(half)));
  }
  function place(words, inner, figures) {
    var parts = parted(words), tier = tierOf(parts[0], 1), none = [];
    demand(tier > 0 && (!inner || inner.tier === tier - 1), "a place");
    for (var at = 0; at < figures; at++) none.push(0);
    return written(tier, parts[1], parts[1], inner ? inner.counts : none, hashed("place", (inner ? inner.text : "-") + "\n"));
  }

  // What was signed: a checkpoint of an origin of its own, with five further lines.
  function readStatement(note, head) {
    var lines = note.lines.slice(3), said = ["day ", "policy ", "names ", "tree "];
    demand(lines.length === 5 && lines[0] === FORM && note.origin === head.origin + "/figures", "a statement");
    demand(note.size === head.size && formats.base64(note.root) === formats.base64(head.root), "another head");
    var values = said.map(function (field, at) {
      demand(lines[at + 1].indexOf(field) === 0, "a statement");
      return lines[at + 1].slice(field.length);
    });
    var names = values[2].split(","), city = node(values[3]), day = new Date(values[0] + "T00:00:00.000Z");
    demand(isWhole("[0-9]{4}-[0-9]{2}-[0-9]{2}", values[0]) && !isNaN(day) && day.toISOString().slice(0, 10) === values[0], "a day");
    formats.hash(values[1]);
    demand(city.tier === 3 && names[0] === "recorded" && names.length === city.counts.length, "the names");
    names.forEach(function (name, at) { demand(isWhole("[a-z_]{1,60}", name) && names.indexOf(name) === at, "the names"); });
    return { day: values[0], policy: values[1], names: names, city: city };
  }
  function readClaim(section) {
    var lines = section.split("\n"), claim = {}, found = [];
    demand(lines.shift() === HEADING, "no proof of a figure, or of another version");
    ["figure", "of", "scope", "counted", "row", "absent"].forEach(function (field) {
      if (!lines.length || lines[0].indexOf(field + " ") !== 0) return;
      claim[field] = lines.shift().slice(field.length + 1);
      found.push(field);
    });
    demand(["", ",counted,row", ",absent"].indexOf(found.join(",").replace("figure,of,scope", "")) >= 0, "the claim");
    demand(found.slice(0, 3).join(",") === "figure,of,scope" && isWhole("[0-9]+", claim.scope), "the claim");
    claim.id = claim.counted || claim.absent || null;
    demand(found.length === 3 || isWhole(ULID, claim.id), "an id");
    return { claim: claim, steps: lines.map(parted) };
  }
  // Whether a proof begins as one of its kind does.
  function isOfItsKind(claim, scope, begin, steps) {
    var key = "J" + claim.id, entered = steps.filter(function (step) { return step[0] === "^"; })[0];
    var isEntered = Boolean(entered) && entered[1] === TIERS[scope.tier][0] + " " + claim.scope;
    var isAll = isEntered && steps[0][0] === "^";
    if (claim.counted) {
      if (begin.length !== 1 || begin[0].tier !== 0 || begin[0].counts[0] !== 1) return false;
      var row = text(formats.unbase64(claim.row)), end = row.indexOf("\n");
      claim.name = row.slice(0, end);
      claim.events = row.slice(end + 1);
      return end >= 0 && isWhole("[^\\x00-\\x1f\\x7f-\\x9f]*", claim.name) && isWhole("[0-9 ]*", claim.events)
        && begin[0].text === written(0, key, key, begin[0].counts, hashed("row", row)).text;
    }
    if (claim.absent) {
      var isOutside = isAll && (!begin.length || begin.length === 1 && (key < begin[0].first || begin[0].last < key));
      return scope.tier === 1 && isEntered && (isOutside || begin.length === 2 && begin[0].last < key && key < begin[1].first);
    }
    if (scope.tier === 1) return begin.length === 1 && begin[0].text === scope.text;
    return isAll && begin.every(function (part) { return part.tier > 0 && part.first === part.last; });
  }
  function read(proof) {
    var sections = proof.split("\n\n");
    demand(formats.utf8(proof).length <= MAX_BYTES && sections.length === 5, "no proof of a figure");
    var note = formats.readCheckpoint(sections[1] + "\n\n" + sections[2] + "\n");
    var head = formats.readCheckpoint(sections[3] + "\n\n" + sections[4]);
    var said = readClaim(sections[0]), claim = said.claim, statement = readStatement(note, head), count = 0;
    while (count < said.steps.length && said.steps[count][0] === "+") count++;
    var begin = said.steps.slice(0, count).map(function (step) { return node(step[1]); }), steps = said.steps.slice(count);
    demand(begin.length <= MAX_PARTS && steps.length <= MAX_STEPS, "the steps");
    begin.forEach(function (part) { demand(part.counts.length === statement.names.length, "the counts"); });
    var own = joinAll(begin), passed = [own];
    steps.forEach(function (step) {
      demand(step[0] === "^" || (step[0] === "<" || step[0] === ">") && own, "a step");
      if (step[0] === "^") own = place(step[1], own, statement.names.length);
      else own = step[0] === "<" ? join(node(step[1]), own) : join(own, node(step[1]));
      passed.push(own);
    });
    demand(own && own.text === statement.city.text, "what was added up is not what was signed");
    var scope = passed.filter(function (one) { return one && one.first === one.last && one.first === claim.scope; })[0];
    demand(scope && isOfItsKind(claim, scope, begin, steps), "the way");
    var figure = statement.names.indexOf(claim.figure), whole = statement.names.indexOf(claim.of);
    demand(figure >= 0 && whole >= 0, "no such figure");
    return { claim: claim, day: statement.day, size: head.size, origin: head.origin, root: formats.base64(head.root),
      count: scope.counts[figure], of: scope.counts[whole], own: claim.counted ? begin[0].counts[figure] : null,
      parts: !claim.id && scope.tier > 1 ? begin.map(function (part) { return [part.first, part.counts[figure]]; }) : [],
      notes: [note, head] };
  }

  // What a proof shows under the keys that the reader trusts. `failed` names what does not hold: `keys`, `sum`, `signature`;
  // otherwise `isSigned` says whether a trusted key of the log signed statement and head, and `witnesses` who saw the head.
  function check(proof, keysText) {
    var keys, shown;
    try { keys = formats.readKeys(keysText); } catch (odd) { return { failed: "keys" }; }
    try { shown = read(proof); } catch (odd) { return { failed: "sum" }; }
    try {
      var signed = shown.notes.map(function (note) { return formats.signers(note, keys); });
      shown.isSigned = signed.every(function (all) {
        return all.some(function (signer) { return signer.kind === LOG_KEY && signer.name === shown.origin; });
      });
      shown.witnesses = signed[1].filter(function (signer) { return signer.kind === WITNESS_KEY; });
    } catch (odd) { return { failed: "signature" }; }
    shown.failed = null;
    return shown;
  }
  function isProof(said) { return said.indexOf("lianjian.cn/figures-proof@") === 0; }

  if (isNode) module.exports = { check: check, isProof: isProof };
  else { root.checkFigure = check; root.isFigureProof = isProof; }
})(typeof self === "object" ? self : this);
