/** The changes of this reviewer that the server does not have yet: those of this tab in order, in memory, where they
    are sent from, and each of them in the outbox, which outlives the page. Changes of a tab that is gone are adopted;
    another person's are left alone.

    A change waits, or it needs a decision: it is in conflict with another version, its claim was cut anew (recut), or
    it was refused. What the reviewer does to a claim that needs one joins the change. */

import { readAll, take, write } from "./outbox.js";
import { field, form, newKey } from "./request.js";
import { hear, live, tab, tell, whenGone } from "./tabs.js";

const PATIENCE = navigator.locks ? 300 : 2000; // Milliseconds that the first change waits for those of an earlier page.

const changes = []; // The oldest first.
const stored = new Map(); // The last revision that the server has acknowledged, by the id of the claim.
const watched = new Map(); // The other tabs with changes of this person, and when their changes are adopted.
let others = []; // Those tabs' changes, as they were when one of them told.
let last = 0; // The newest order that was given.
let onAdopted = null;

export const me = () => document.body.dataset.person ?? "";
export const waiting = () => changes;
export const inOtherTabs = () => others;
export const isUndecided = ({ state }) => state !== "waiting";
const now = () => new Date().toISOString();
export const claimIn = (url) => Number(/\/(\d+)\/[^/]*$/.exec(url)?.[1]);

/** Whether something is nowhere but on this page yet. */
export const isOnlyHere = () => changes.some(({ isSafe }) => !isSafe);

/** Whether something could not be put anywhere else. */
export const isUnkept = () => changes.some((change) => change.isUnkept);

/** The newest change of a claim that is not acknowledged, by the address that it is sent to; null if all are. */
export const pendingFor = (url) => changes.findLast((change) => change.url === url && !change.isUndo) ?? null;

/** Let everybody know that something about the changes is different. */
export function fireChanged() {
  document.dispatchEvent(new CustomEvent("outbox-changed"));
}

/** What goes to the disk of a change: what means something only to this page does not. */
function recordOf({ isDraft, isSafe, isSending, isRenewed, isUnkept, isTold, isWanted, ...record }) {
  return record;
}

/** Keep changes on the disk, and take others out, all or nothing. */
export async function store(kept, removed = []) {
  const bodies = kept.map(({ body }) => body);
  const isDone = await write(kept.map(recordOf), removed.map(({ id }) => id));
  kept.forEach((change, index) => {
    if (change.body !== bodies[index]) return; // Said anew meanwhile: another write is on its way.
    change.isSafe ||= isDone;
    change.isUnkept = !change.isSafe;
  });
  if (!isDone && kept.length) fireChanged();
  tellOthers([...kept, ...removed]);
}

/** Whether a change is worth a word also in other tabs. */
export const isTroubled = (change) => change.tries > 0 || isUndecided(change);

function tellOthers(touched) {
  const isNews = touched.some((change) => change.isTold || isTroubled(change));
  for (const change of touched) change.isTold = isTroubled(change);
  if (isNews) tell({ changed: true });
}

/** Take a change of the reviewer: as one more, or in the place of one that it says anew. */
export function put(change) {
  const before = change.isUndo ? null : pendingFor(change.url);
  const givesWay = before && canGiveWay(before);
  const undone = givesWay ? stepsBackOver(before) : [];
  const entry = givesWay ? Object.assign(before, sayAgain(before, change)) : add(change);
  drop(undone);
  store([entry], undone);
  fireChanged();
  return entry;
}

/** The steps back that wait to take a change back. */
const stepsBackOver = ({ id }) => changes.filter(({ takesBack }) => takesBack === id);

/** A change that was never sent gives way to a newer one of its claim right after it; one that is not made yet, or
    undecided, always. */
function canGiveWay(change) {
  if (isUndecided(change) || change.isDraft) return true;
  return change === changes.at(-1) && !change.isTried && !change.isSkip;
}

function sayAgain(before, { body, says = [], isSkip = false, isDraft = false }) {
  const facts = { key: newKey(), at: now(), body: bodyOf(body), isSafe: false, says, isSkip, isDraft };
  // What was refused may pass now. A conflict stays one: nothing was said about which version stands.
  return before.state === "refused" ? { ...facts, ...AFRESH, revision: revisionFor(before) } : facts;
}

const AFRESH = { state: "waiting", message: "", errors: {}, tries: 0, isTried: false };

function add({ url, body, says = [], isUndo = false, isSkip = false, isDraft = false, revision, ...place }) {
  last = Math.max(Date.now(), last + 1);
  const entry = {
    ...AFRESH,
    ...{ id: newKey(), key: newKey(), person: me(), tab, order: last, at: now() },
    ...{ url, body: bodyOf(body), says, isUndo, isSkip, isDraft },
    ...(form() && { page: form().dataset.url, article: form().dataset.article, title: document.title }),
    ...place,
    takesBack: (isUndo && lastChange(form().dataset.article)?.id) || null,
  };
  entry.revision = revision ?? revisionFor(entry);
  changes.push(entry);
  return entry;
}

/** The revision that the reviewer had before their eyes, or that their own changes have led to since. */
function revisionFor({ url, isUndo, revision = 0 }) {
  if (isUndo) return 0;
  return Math.max(revision, Number(field("revision")?.value ?? 0), stored.get(claimIn(url)) ?? 0);
}

function bodyOf(body) {
  const fields = new URLSearchParams(body);
  for (const name of ["csrf_token", "client_key", "revision"]) fields.delete(name);
  return String(fields);
}

/** The change that a step back in an article would take back; null if the server has it already. */
export function lastChange(article) {
  const taken = new Set(changes.map(({ takesBack }) => takesBack));
  return changes.findLast(({ id, isUndo, article: its }) => !isUndo && its === article && !taken.has(id)) ?? null;
}

/** Let a change go that the server has; those of the same claim that follow are based on what it became. */
export function settle(change, { claim, revision }) {
  drop([change]);
  stored.set(claim, Math.max(revision, stored.get(claim) ?? 0));
  const followers = changes.filter((other) => !other.isUndo && claimIn(other.url) === claim && !isUndecided(other));
  for (const follower of followers) follower.revision = Math.max(follower.revision, revision);
  store(followers, [change]);
}

/** Let a change go that the reviewer has decided about, and the steps back that meant it, for what stands instead;
    resolves once that is on the disk. */
export function replace(change, instead = []) {
  const gone = [change, ...stepsBackOver(change)].filter((one) => !instead.includes(one));
  drop(gone);
  const isDone = store(instead, gone);
  fireChanged();
  return isDone;
}

/** Let a change go for another one that says what the reviewer has decided. */
export function putInstead(before, change) {
  const entry = add(change);
  replace(before, [entry]);
  return entry;
}

function drop(gone) {
  for (const change of gone) if (changes.includes(change)) changes.splice(changes.indexOf(change), 1);
}

/** Say a change again on top of another revision, or of what the server says now. */
export function renew(change, revision = change.revision) {
  Object.assign(change, AFRESH, { revision, key: newKey() });
  replace(change, [change]);
  return change;
}

/** Keep what became of a change; resolves once it is kept. */
export function note(change, facts) {
  Object.assign(change, facts);
  const isKept = store([change]);
  fireChanged();
  return isKept;
}

/** Find a change by its key, and make it this tab's own if another one has it. */
export async function claim(key) {
  const own = changes.find((change) => change.key === key);
  if (own) return own;
  await adopt((record) => record.key === key);
  return changes.find((change) => change.key === key) ?? null;
}

async function adopt(isMeant) {
  const mine = me();
  const records = await take((record) => record.person === mine && record.tab !== tab && isMeant(record), { tab });
  for (const record of records) {
    last = Math.max(last, record.order);
    changes.push({ ...record, isTried: true, isSafe: true, isTold: true });
  }
  if (!records.length) return;
  changes.sort((one, other) => one.order - other.order);
  tell({ taken: records.map(({ id }) => id) });
  onAdopted();
  await look();
}

/** Leave what another tab has taken over to it. */
function letGo(ids) {
  drop(changes.filter(({ id, isSending }) => ids.includes(id) && !isSending));
  look();
}

/** Look what the outbox holds of other tabs; what it has lost of this one, as when somebody cleared it, goes in again. */
export async function look() {
  const records = (await readAll())?.filter(({ person }) => person === me());
  if (!records) return;
  const ids = new Set(records.map(({ id }) => id));
  const lost = changes.filter(({ id, isSafe }) => isSafe && !ids.has(id));
  if (lost.length) store(lost);
  others = records.filter((record) => record.tab !== tab);
  for (const id of new Set(others.map((record) => record.tab))) watch(id);
  fireChanged();
}

/** Adopt a tab's changes once it is gone. */
function watch(id) {
  if (!watched.has(id)) {
    const adopted = whenGone(id).then(() => adopt((record) => record.tab === id)).catch(() => {});
    watched.set(id, adopted.finally(() => watched.delete(id)));
  }
  return watched.get(id);
}

/** Read the outbox and adopt what earlier pages have left; resolves when that is done, or would take long. */
export async function begin(adopted) {
  onAdopted = adopted;
  hear("changed", look);
  hear("taken", letGo);
  await live();
  await look();
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  if (others.length) await Promise.race([Promise.all(watched.values()), patience]);
}
