// Checks a receipt (C2SP tlog-proof) in a browser, however old, on plain HTTP and from a file: with SHA-256 and Ed25519 of
// our own, since browsers give theirs to https pages only. It asks no server. README.md beside it says what each step shows.
(function (root) {
  "use strict";
  var isNode = typeof module === "object" && module.exports;
  var nacl = isNode ? require("./nacl-fast.min.js") : root.nacl;
  var sha256 = isNode ? require("./sha256.min.js") : root.sha256;

  var HEADING = "c2sp.org/tlog-proof@v1";
  var ORIGIN = "lianjian.cn";
  var MAX_RECEIPT = 160000;
  var MAX_PATH = 53;
  var LOG_KEY = 1, WITNESS_KEY = 4;
  // How far the clocks of honest machines may differ, in milliseconds.
  var TOLERANCE = 600000;
  // The order of Ed25519's group, little-endian: a signature with a larger number would have a second spelling.
  var ORDER = [237, 211, 245, 92, 26, 99, 18, 88, 214, 156, 247, 162, 222, 249, 222, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16];

  function refuse(what) { throw new Error(what); }
  function utf8(text) { return new TextEncoder().encode(text); }
  function equal(one, other) {
    if (one.length !== other.length) return false;
    for (var at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
    return true;
  }
  function joined() {
    var all = [].slice.call(arguments), length = all.reduce(function (sum, part) { return sum + part.length; }, 0);
    var bytes = new Uint8Array(length), at = 0;
    all.forEach(function (part) { bytes.set(part, at); at += part.length; });
    return bytes;
  }
  function unbase64(text) {
    var binary;
    try { binary = atob(text); } catch (odd) { refuse("base64"); }
    // One spelling only.
    if (btoa(binary) !== text) refuse("base64");
    var bytes = new Uint8Array(binary.length);
    for (var at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
    return bytes;
  }
  function base64(bytes) {
    var binary = "";
    for (var at = 0; at < bytes.length; at++) binary += String.fromCharCode(bytes[at]);
    return btoa(binary);
  }
  function number(text) {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) refuse("number");
    return Number(text);
  }
  function hash(text) {
    var bytes = unbase64(text);
    return bytes.length === 32 ? bytes : refuse("hash");
  }
  function node(left, right) { return sha256(joined([1], left, right)); }

  // RFC 6962: from a leaf along its path to the root; nothing where the path is not of that tree.
  function rootByPath(leaf, index, size, path) {
    var low = 0, high = size, sides = [];
    while (high - low > 1) {
      var half = 1;
      while (half * 2 < high - low) half *= 2;
      var isLeft = index < low + half;
      sides.unshift(isLeft);
      if (isLeft) high = low + half; else low += half;
    }
    if (sides.length !== path.length) return null;
    return sides.reduce(function (own, isLeft, at) { return isLeft ? node(own, path[at]) : node(path[at], own); }, leaf);
  }

  // C2SP signed-note: `name+number+key`, one or more a text, what begins with # passed over.
  function readKeys(text) {
    var words = text.split("\n").filter(function (line) { return line.charAt(0) !== "#"; }).join(" ").split(/\s+/);
    return words.filter(function (word) { return word.split("+").length > 2; }).map(function (word) {
      var first = word.indexOf("+"), second = word.indexOf("+", first + 1);
      var name = word.slice(0, first), id = word.slice(first + 1, second), bytes = unbase64(word.slice(second + 1));
      var said = sha256(joined(utf8(name + "\n"), bytes)).subarray(0, 4);
      var isOurs = bytes.length === 33 && (bytes[0] === LOG_KEY || bytes[0] === WITNESS_KEY);
      if (!isOurs || hexadecimal(said) !== id) refuse("key");
      return { name: name, id: said, kind: bytes[0], key: bytes.subarray(1) };
    });
  }
  function hexadecimal(bytes) {
    return [].map.call(bytes, function (byte) { return (byte < 16 ? "0" : "") + byte.toString(16); }).join("");
  }
  function isCanonical(signature) {
    for (var at = 31; at >= 0; at--) {
      if (signature[32 + at] !== ORDER[at]) return signature[32 + at] < ORDER[at];
    }
    return false;
  }
  function isSigned(message, signature, key) {
    return signature.length === 64 && isCanonical(signature) && nacl.sign.detached.verify(message, signature, key);
  }

  // C2SP tlog-checkpoint: the signed head.
  function readCheckpoint(text) {
    var end = text.lastIndexOf("\n\n");
    var head = text.slice(0, end).split("\n"), lines = text.slice(end + 2).split("\n");
    if (end < 0 || head.length < 3 || head.indexOf("") >= 0 || lines.pop() !== "" || !lines.length || lines.length > 100) refuse("checkpoint");
    var seen = {};
    var signatures = lines.map(function (line) {
      var parts = line.split(" ");
      if (parts.length !== 3 || parts[0] !== "\u2014") refuse("checkpoint");
      var bytes = unbase64(parts[2]), signer = parts[1] + " " + hexadecimal(bytes.subarray(0, 4));
      // Of two lines of one key a reader could take either.
      if (seen[signer]) refuse("checkpoint");
      seen[signer] = true;
      return bytes.length > 4 ? { name: parts[1], id: bytes.subarray(0, 4), bytes: bytes.subarray(4) } : refuse("checkpoint");
    });
    return { origin: head[0], size: number(head[1]), root: hash(head[2]), lines: head, text: utf8(head.join("\n") + "\n"), signatures: signatures };
  }

  // Who of these keys has signed a head; a wrong signature of a known key condemns it.
  function signers(head, keys) {
    var found = [];
    head.signatures.forEach(function (signature) {
      keys.filter(function (key) { return key.name === signature.name && equal(key.id, signature.id); }).forEach(function (key) {
        var time = 0, message = head.text, bytes = signature.bytes;
        if (key.kind === WITNESS_KEY) {
          for (var at = 0; at < 8; at++) time = time * 256 + bytes[at];
          message = joined(utf8("cosignature/v1\ntime " + time + "\n"), message);
          bytes = bytes.subarray(8);
        }
        if (!isSigned(message, bytes, key.key)) refuse("signature");
        found.push({ name: key.name, kind: key.kind, time: time });
      });
    });
    return found;
  }

  function readReceipt(text) {
    if (text.length > MAX_RECEIPT) refuse("receipt");
    var end = text.indexOf("\n\n"), lines = text.slice(0, end).split("\n");
    function field(name) {
      var line = lines.shift();
      return line !== undefined && line.indexOf(name) === 0 ? line.slice(name.length) : refuse("receipt");
    }
    if (end < 0 || field(HEADING) !== "") refuse("receipt");
    var event = unbase64(field("extra ")), index = number(field("index "));
    if (lines.length > MAX_PATH) refuse("receipt");
    return { event: event, index: index, path: lines.map(hash), checkpoint: readCheckpoint(text.slice(end + 2)) };
  }

  // What a receipt shows under the keys that the reader trusts. `failed` names the first step that does not hold: `form`,
  // `path`, `event`, `signature`, `moment`; otherwise `isSigned` says whether a trusted key of the log has signed.
  function check(text, keysText) {
    var shown = { failed: null, isSigned: false, witnesses: [] }, receipt, keys;
    function fail(step) { shown.failed = shown.failed || step; return shown; }
    try { receipt = readReceipt(text); } catch (odd) { return fail("form"); }
    try { keys = readKeys(keysText); } catch (odd) { return fail("keys"); }
    var head = receipt.checkpoint;
    shown.position = receipt.index + 1;
    shown.size = head.size;
    shown.origin = head.origin;
    shown.root = base64(head.root);
    var own = receipt.index < head.size ? rootByPath(sha256(joined([0], receipt.event)), receipt.index, head.size, receipt.path) : null;
    if (!own || !equal(own, head.root)) return fail("path");
    try {
      shown.event = new TextDecoder("utf-8", { fatal: true }).decode(receipt.event);
      var said = JSON.parse(shown.event);
      if (Number(said.sequence) !== shown.position || ORIGIN + said.source !== head.origin) return fail("event");
      shown.time = said.time;
    } catch (odd) { return fail("event"); }
    try {
      signers(head, keys).forEach(function (signer) {
        if (signer.kind === WITNESS_KEY) shown.witnesses.push(signer);
        else if (signer.name === head.origin) shown.isSigned = true;
      });
    } catch (odd) { return fail("signature"); }
    // Who signed a head had seen its events: of several the middle one counts, of two the later.
    var times = shown.witnesses.map(function (witness) { return witness.time; }).sort(function (one, other) { return one - other; });
    var recorded = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(said.time) ? Date.parse(said.time) : NaN;
    if (isNaN(recorded)) return fail("event");
    if (times.length && recorded - times[Math.floor(times.length / 2)] * 1000 > TOLERANCE) return fail("moment");
    return shown;
  }

  // What a proof of a figure is made of too.
  var formats = { sha256: sha256, utf8: utf8, base64: base64, unbase64: unbase64, hash: hash, readKeys: readKeys,
    readCheckpoint: readCheckpoint, signers: signers };
  if (isNode) module.exports = { check: check, formats: formats };
  else { root.checkReceipt = check; root.receiptFormats = formats; }
})(typeof self === "object" ? self : this);
