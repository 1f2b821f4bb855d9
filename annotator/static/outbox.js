/** Keeps the reviewer's changes in this browser until the server has them: in IndexedDB, which outlives the page.

    Every write is one transaction that is on the disk when it ends; a write that fails says so, and nothing is thrown.
    It is a box of plain records with an `id`; what they mean is for saving.js to say. */

const NAME = "annotator";
const STORE = "changes";

let opening = null;

function open() {
  return new Promise((resolve) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onerror = () => resolve(null);
    request.onsuccess = () => {
      const database = request.result;
      const forget = () => {
        database.close();
        opening = null;
      };
      database.onclose = forget;
      database.onversionchange = forget;
      resolve(database);
    };
  });
}

/** The database, or null where there is none to be had. */
function database() {
  // The property itself is missing in some browsers, and in others it throws.
  opening ??= Promise.resolve().then(open).catch(() => null);
  return opening;
}

/** Run one transaction; answers { value } once it is on the disk, null if it could not be. */
async function transact(work, mode = "readwrite") {
  const store = await database();
  if (!store) return null;
  return new Promise((resolve) => {
    let value;
    try {
      const transaction = store.transaction(STORE, mode, { durability: "strict" });
      transaction.oncomplete = () => resolve({ value });
      transaction.onabort = () => resolve(null);
      work(transaction.objectStore(STORE), (result) => { value = result; });
    } catch {
      opening = null; // The connection was closed under us: the next write opens another.
      resolve(null);
    }
  });
}

/** Put records and take others out, all or nothing; answers whether that is on the disk now. */
export async function write(records, removed = []) {
  const done = await transact((store) => {
    for (const record of records) store.put(record);
    for (const id of removed) store.delete(id);
    store.transaction.commit?.();
  });
  return done !== null;
}

/** All records, the oldest first; null where they cannot be kept. */
export async function readAll() {
  const done = await transact((store, answer) => {
    store.getAll().onsuccess = (event) => answer(event.target.result.sort((one, other) => one.order - other.order));
  }, "readonly");
  return done && done.value;
}

/** Change the records that `isMeant` holds for and answer them, the oldest first: of several tabs that want
    a record only the first one gets it. */
export async function take(isMeant, changes) {
  const taken = [];
  const done = await transact((store) => {
    store.openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      if (!cursor) return;
      if (isMeant(cursor.value)) {
        taken.push({ ...cursor.value, ...changes });
        cursor.update(taken.at(-1));
      }
      cursor.continue();
    };
  });
  return done ? taken.sort((one, other) => one.order - other.order) : [];
}
