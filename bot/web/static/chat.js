"use strict";
// The try-it page: sends what was typed or pressed, shows the bot's cards, and fetches what comes by itself.

const LOOK_EVERY = 2000;
const GIVE_UP_AFTER = 30000;
const log = document.getElementById("log");
const person = document.body.dataset.person;
const inFlight = new WeakSet();
const retries = new WeakMap();
let lastPost = 0;
let lastChange = 0;

const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const language = () => document.documentElement.lang;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function show(element) {
  log.append(element);
  element.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  return element;
}

// The server has escaped every text in it.
function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function showMine(text) {
  const bubble = clone("mine");
  bubble.querySelector(".said").textContent = text;
  show(bubble);
}

// The id is made once for each act: sent again after a failure, it is still the same act.
function act(what) {
  return deliver({ person, activity: crypto.randomUUID(), language: language(), ...what });
}

async function deliver(message) {
  const typing = show(clone("typing"));
  try {
    const answer = await post(message);
    typing.remove();
    answer.html.map(parsed).forEach(show);
    if (answer.is_language_set) await refresh();
    if (message.inputs) lead();
  } catch {
    typing.remove();
    const failed = show(clone("failed"));
    retries.set(failed.querySelector("[data-retry]"), { failed, message });
  }
  look();
}

async function post(message) {
  const response = await fetch("/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(GIVE_UP_AFTER),
  });
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

// A sent form can be used no more, and what was focused in it is lost: on to its error, or to the answer.
function lead() {
  const last = log.lastElementChild;
  const wrong = last.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
  else last.focus({ preventScroll: true });
}

function press(button) {
  if (inFlight.has(button)) return;
  inFlight.add(button);
  const form = button.form;
  const inputs = form ? { inputs: Object.fromEntries(new FormData(form)) } : {};
  if (form) [...form.elements].forEach((element) => (element.disabled = true));
  showMine(button.textContent);
  act({ payload: JSON.parse(button.value), ...inputs }).finally(() => inFlight.delete(button));
}

function write(form) {
  const field = form.elements.text;
  if (!field.value.trim()) return field.focus();
  showMine(field.value.trim());
  act({ text: field.value });
  field.value = "";
  field.focus();
}

// After the language was set, everything around the conversation speaks it too.
async function refresh() {
  const focused = document.activeElement.id;
  const draft = document.getElementById("text").value;
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const id of ["header", "composer", "templates"]) {
    document.getElementById(id).replaceWith(fresh.getElementById(id));
  }
  log.setAttribute("aria-label", fresh.getElementById("log").getAttribute("aria-label"));
  document.documentElement.lang = fresh.documentElement.lang;
  document.getElementById("text").value = draft;
  if (focused) document.getElementById(focused)?.focus();
}

const button = (action, values) => ({ action, values, v: Number(document.body.dataset.version) });

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  if (pressed.dataset.language) {
    act({ payload: button("language.set", { language: pressed.dataset.language }) });
  } else if (pressed.dataset.action) {
    showMine(pressed.textContent);
    act({ payload: button(pressed.dataset.action, {}) });
  } else if (retries.has(pressed)) {
    const { failed, message } = retries.get(pressed);
    failed.remove();
    deliver(message);
  } else if (pressed.name === "payload" && pressed.type === "button") {
    press(pressed);
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.id === "writing") {
    event.preventDefault();
    write(event.target);
  } else if (event.submitter?.name === "payload") {
    event.preventDefault();
    press(event.submitter);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.id === "text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    write(event.target.form);
  }
});

// One look at a time, whoever asked for it; a server that was away is asked until it is back.
let looking = null;
const look = () => (looking ??= news().finally(() => (looking = null)));

// A post that reads otherwise now stands where it stood, and whoever was in it is there still.
function replacePost(changed) {
  const shown = log.querySelector(`[data-post="${changed.id}"]`);
  if (!shown) return;
  const fresh = parsed(changed.html);
  const wasIn = shown.contains(document.activeElement);
  shown.replaceWith(fresh);
  if (wasIn) fresh.focus({ preventScroll: true });
}

async function news() {
  const offline = () => document.getElementById("offline");
  try {
    const query = new URLSearchParams({ person, after: lastPost, revision: lastChange, language: language() });
    const response = await fetch(`/chat/news?${query}`, { signal: AbortSignal.timeout(GIVE_UP_AFTER) });
    if (response.status === 401) return location.reload();
    if (!response.ok) throw new Error(response.status);
    const found = await response.json();
    for (const arrived of found.posts) {
      lastPost = arrived.id;
      show(parsed(arrived.html));
    }
    for (const changed of found.changed) replacePost(changed);
    lastChange = found.revision;
    const clock = document.getElementById("clock");
    if (clock && clock.textContent !== found.clock) clock.textContent = found.clock;
    offline().hidden = true;
  } catch {
    offline().hidden = false;
  }
}

async function start() {
  await look();
  await act({ payload: button("welcome", {}) });
  setInterval(look, LOOK_EVERY);
}

start();
