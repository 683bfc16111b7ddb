// What hypermedia cannot do: the theme, keyboard shortcuts, the clipboard and the caret, drafts, a preview while typing, where the focus
// goes, and messages about a lost connection.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // The theme is set before the page is painted. "system" stores none.
  const kept = () => {
    try { return localStorage.getItem("theme") || "system"; } catch { return "system"; }
  };
  const setTheme = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  setTheme(kept());

  const showTheme = () => {
    for (const select of document.querySelectorAll("select[data-theme-switch]")) select.value = kept();
  };
  document.addEventListener("change", (event) => {
    if (!event.target.matches("select[data-theme-switch]")) return;
    setTheme(event.target.value);
    try { localStorage.setItem("theme", event.target.value); } catch { /* it lasts for this page */ }
  });

  // A form that asks for the browser's time zone gets it.
  const fillZones = () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    for (const input of document.querySelectorAll("input[data-time-zone]")) input.value ||= zone;
  };

  document.addEventListener("DOMContentLoaded", () => { showTheme(); fillZones(); });

  // Keyboard: / searches, Ctrl+Enter saves, Esc leaves the edit of a row. In a search it only clears that, as browsers do.
  const writes = (element) => element.matches("input, textarea, select") || element.isContentEditable;
  const keys = {
    "/": (event) => {
      if (writes(event.target) || event.ctrlKey || event.metaKey || event.altKey) return null;
      const search = document.querySelector("input[type=search]");
      search?.focus();
      search?.select();
      return search;
    },
    Enter: (event) => {
      const form = (event.ctrlKey || event.metaKey) && event.target.closest("form");
      if (form) form.requestSubmit();
      return form;
    },
    Escape: (event) => {
      if (event.target.matches("input[type=search]")) return null;
      const cancel = event.target.closest("tr.editing form")?.querySelector("[data-cancel]");
      cancel?.click();
      return cancel;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!event.isComposing && event.target instanceof Element && keys[event.key]?.(event)) event.preventDefault();
  });

  // Menus close on Esc, which returns the focus to their button, on a click elsewhere and when the focus leaves them.
  const openMenu = () => document.querySelector("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && openMenu();
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const name of ["click", "focusin"]) {
    document.addEventListener(name, (event) => {
      const menu = openMenu();
      if (menu && !menu.contains(event.target)) menu.open = false;
    });
  }
  // On a phone the row of the main menu scrolls to where the visitor is.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // Enter in a search that stands in a form searches; it would save the form otherwise.
  document.addEventListener("keypress", (event) => {
    if (event.key !== "Enter" || !event.target.matches("form[method=post] input[type=search]")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("find"));
  });

  // What is typed into a field with offers replaces what stands there: the offers are those that match it.
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[list]")) event.target.select();
  });

  // Buttons: data-copy copies the text of an element or field, data-insert inserts a text at the caret of a field, data-close closes a
  // toast.
  const copy = async (button) => {
    const from = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
    say(button.dataset.copied);
  };
  document.addEventListener("click", (event) => {
    const copies = event.target.closest("[data-copy]");
    if (copies) copy(copies).catch(() => {});
    const inserts = event.target.closest("[data-insert]");
    if (inserts) insert(document.querySelector(inserts.dataset.into), inserts.dataset.insert);
    event.target.closest("[data-close]")?.closest(".toast, tr")?.remove();
  });
  const insert = (field, text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // A list of boxes to tick says how many are.
  document.addEventListener("change", (event) => {
    const count = event.target.closest(".picker")?.querySelector("[data-count]");
    const ticked = "[name=client_ids]:is(:checked, [type=hidden])";
    if (count) count.textContent = count.closest(".picker").querySelectorAll(ticked).length.toLocaleString(root.lang);
  });

  // What is typed into a form with data-draft is kept for this tab until it is saved, discarded or its writer signs out: no reload, page of
  // an error or ended session loses it. Passwords and files are not.
  const longestDraft = 2_000_000; // characters, of the five millions that browsers keep
  const tab = (use) => { try { return use(sessionStorage); } catch { return null; /* the page works without */ } };
  const draftOf = (form) => `draft ${document.body.dataset.user} ${form.dataset.draft}${location.search}`;
  const forgetDrafts = (which) => tab((kept) => Object.keys(kept).filter(which).forEach((key) => kept.removeItem(key)));
  const typedInto = (form) => [...new FormData(form)].filter(([name, value]) =>
    typeof value === "string" && !form.querySelector(`[type=password][name="${CSS.escape(name)}"]`));
  const keepDraft = (form) => {
    const text = JSON.stringify(typedInto(form));
    if (form.dataset.draft && text.length <= longestDraft) tab((kept) => kept.setItem(draftOf(form), text));
  };
  // takeDraft puts a kept text into a form. What the form does not offer to choose is added, and asked for by its searches.
  const takeDraft = (form, draft) => {
    const values = Map.groupBy(draft, ([name]) => name);
    for (const field of [...form.elements]) {
      const mine = (values.get(field.name) || []).map(([, value]) => value);
      if (field.matches("button, [type=file], [type=password]")) continue;
      if (field.matches("[type=checkbox], [type=radio]")) field.checked = mine.includes(field.value);
      else if (mine.length) setField(field, mine[0]);
    }
    const picks = form.querySelector(".picks");
    const shown = new Set([...form.querySelectorAll("[name=client_ids]")].map((box) => box.value));
    for (const [, value] of values.get("client_ids") || []) {
      if (picks && !shown.has(value)) picks.append(Object.assign(document.createElement("input"), { type: "hidden", name: "client_ids", value }));
    }
  };
  const setField = (field, value) => {
    if (field.matches("select") && ![...field.options].some((option) => option.value === value)) {
      field.add(new Option("…", value));
      field.dataset.incomplete = "";
    }
    field.value = value;
  };
  const showDraft = (form) => {
    const kept = tab((all) => JSON.parse(all.getItem(draftOf(form))));
    if (!kept || form.querySelector(".problems")) return; // which has come back with what was typed
    const said = (all) => JSON.stringify(all.filter(([name]) => name !== "version" && name !== "form_key"));
    if (said(kept) === said(typedInto(form))) return;
    takeDraft(form, kept);
    form.prepend(document.getElementById("draft-note").content.cloneNode(true));
  };
  document.addEventListener("DOMContentLoaded", () => {
    const user = document.body.dataset.user;
    if (user) forgetDrafts((key) => key.startsWith("draft ") && !key.startsWith(`draft ${user} `));
    const sent = tab((kept) => kept.getItem("sent"));
    if (sent && document.querySelector("#toasts .toast-good")) forgetDrafts((key) => key === sent);
    tab((kept) => kept.removeItem("sent"));
    document.querySelectorAll("form[data-draft]").forEach(showDraft);
  });
  for (const event of ["input", "change"]) {
    document.addEventListener(event, ({ target }) => { if (target.form?.dataset.draft) keepDraft(target.form); });
  }
  document.addEventListener("submit", ({ target, submitter }) => {
    if (target.matches("[action='/logout']")) forgetDrafts((key) => key.startsWith("draft "));
    if (!target.dataset.draft || submitter?.matches("[formaction]") || sending.has(target)) return;
    clearTimeout(waiting); // a preview would take the place of what is sent
    keepDraft(target);
    tab((kept) => kept.setItem("sent", draftOf(target)));
  });
  document.addEventListener("click", ({ target }) => {
    const leaves = target.closest("form[data-draft] :is([data-cancel], [data-discard])");
    if (!leaves) return;
    const form = leaves.closest("form");
    forgetDrafts((key) => key === draftOf(form));
    if (!leaves.matches("[data-discard]")) return;
    form.reset();
    location.reload();
  });

  // What a list is narrowed to stands in the address, and stays there when the language is changed.
  document.addEventListener("htmx:after:history:replace", ({ detail }) => {
    for (const field of document.querySelectorAll("[action='/language'] [name=next]")) field.value = detail.path;
  });

  // Who has signed in again is told no more that they are signed out.
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status !== 401) document.getElementById("signed-out").replaceChildren();
  });

  // A form with data-preview shows its preview in the frame while the user types. Each preview gets a new frame: loading another page in
  // the same frame would add a step to the browser's history.
  const preview = (form) => {
    const frame = form.querySelector("iframe");
    frame.replaceWith(frame.cloneNode());
    form.requestSubmit(form.querySelector("[data-preview-button]"));
  };
  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-preview]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(preview, 500, form);
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-preview]").forEach(preview));

  // The preview of a form is for its frame: htmx must not send it.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget) event.stopPropagation();
  }, true);

  // The button that fits an article's date comes first and stands out.
  document.addEventListener("input", (event) => {
    const { name, value, form } = event.target;
    if (name !== "published_at" || !form) return;
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);
    const fits = !value ? "draft" : value > now ? "scheduled" : "published";
    const button = form.querySelector(`[data-fits=${fits}]`);
    button?.parentElement.prepend(button);
    for (const other of form.querySelectorAll("[data-fits]")) other.classList.toggle("quiet", other !== button);
  });

  // A chosen picture is shown small before it is saved. A canvas needs no address that the policy of the page would have to allow.
  const showChosen = async (input) => {
    const file = input.files[0];
    const picture = file && await createImageBitmap(file, { resizeWidth: 320, resizeQuality: "medium" }).catch(() => null);
    if (file !== input.files[0]) return; // another one was chosen meanwhile
    input.parentElement.querySelector("canvas")?.remove();
    if (!picture) return;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    input.before(canvas);
  };
  const showAllChosen = () => document.querySelectorAll("input[data-thumbnail]").forEach(showChosen);
  document.addEventListener("change", (event) => { if (event.target.matches("[data-thumbnail]")) showChosen(event.target); });
  document.addEventListener("DOMContentLoaded", showAllChosen);
  document.addEventListener("htmx:after:swap", showAllChosen);

  // htmx misses what was typed or chosen before it set up the fields. Fields that differ from their default repeat the event, so that a
  // search, a preview or the next runs are requested.
  const fields = "input:not([type=hidden], [type=file]), textarea, select";
  const differs = (field) => {
    if (field.matches("select")) {
      return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    }
    if (field.matches("[type=radio]")) return field.checked && !field.defaultChecked;
    if (field.matches("[type=checkbox]")) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  document.addEventListener("htmx:after:process", (event) => {
    for (const field of event.target.querySelectorAll(fields)) {
      if (!differs(field) || field.matches("[data-theme-switch]")) continue;
      const typing = !field.matches("select, [type=radio], [type=checkbox]");
      field.dispatchEvent(new Event(typing ? "input" : "change", { bubbles: true }));
    }
    for (const part of event.target.querySelectorAll(".picks:has([type=hidden]), [data-incomplete]")) {
      part.closest("fieldset, .field").querySelector("input[type=search]")?.dispatchEvent(new Event("find"));
    }
  });

  // What was typed and not saved is not left without a question. A form that came back with its mistakes is not saved either,
  // though all its fields are as they came. Of the strangers' forms none is worth a question.
  const saved = new WeakSet();
  const differsFromSaved = (field) => field.matches("[type=file]") ? field.files.length > 0 : differs(field);
  const unsaved = (form) => !saved.has(form) && document.querySelector(".account form") && (form.querySelector(".problems") ||
    [...form.querySelectorAll("input:not([type=hidden], [type=search], [type=password], [name=as]), textarea, select")].some(differsFromSaved));
  document.addEventListener("input", (event) => saved.delete(event.target.form));
  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400 && ctx.sourceElement.matches("form")) saved.add(ctx.sourceElement);
  });
  addEventListener("beforeunload", (event) => {
    if (navigator.userActivation?.hasBeenActive === false) return; // browsers do not ask then, and complain
    if ([...document.querySelectorAll("main form[method=post]")].some(unsaved)) event.preventDefault();
  });

  // A form that the browser sends by itself would be lost if nobody answered. So the server is asked first whether it is there.
  const sending = new Set(), checked = new WeakSet();
  const check = async (form, submitter) => {
    submitter?.setAttribute("aria-busy", "true");
    const there = await fetch("/healthz", { cache: "no-store" }).then((response) => response.ok, () => false);
    submitter?.removeAttribute("aria-busy");
    sending.delete(form);
    if (!there) return say("", "toast-offline");
    checked.add(form);
    form.requestSubmit(submitter);
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || submitter?.formTarget || !unsaved(form)) return;
    clearTimeout(waiting); // a preview would take the place of what is sent
    if (checked.delete(form)) return void saved.add(form);
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    check(form, submitter);
  });

  // While an answer is on its way, the button that asked for it is busy.
  const asking = ({ request, sourceElement }) => request.submitter ||
    (sourceElement.matches("form") ? sourceElement.querySelector("button:not([type=button])") : sourceElement.matches(".button") && sourceElement);
  document.addEventListener("htmx:before:request", (event) => {
    asking(event.detail.ctx)?.setAttribute?.("aria-busy", "true");
  });
  document.addEventListener("htmx:finally:request", (event) => {
    asking(event.detail.ctx)?.removeAttribute?.("aria-busy");
  });

  // When a form in a row turns back into the row, the focus returns to the button that started the edit.
  let edited = null;
  document.addEventListener("htmx:before:swap", (event) => {
    const row = event.detail.ctx.target?.closest?.("tr.editing");
    edited = row && { rows: row.parentElement, at: row.sectionRowIndex };
  });
  const focusEdited = () => {
    const row = edited?.rows.children[edited.at];
    if (document.activeElement === document.body) row?.querySelector(".actions a")?.focus();
    edited = null;
  };

  // Many boxes that the server has ticked are a change of the form, as if each had been clicked.
  const pickedMany = ({ sourceElement, target }) => {
    if (!sourceElement.matches(".picker-head button")) return;
    const picker = document.getElementById(target.id)?.closest(".picker");
    picker?.querySelector("[name=find]").dispatchEvent(new Event("change", { bubbles: true }));
  };

  // A search replaces a list, but not the rows that somebody is editing in it: they stay, in place of their row in the new list or
  // above it.
  let editing = [];
  document.addEventListener("htmx:before:swap", (event) => {
    const list = event.detail.ctx.target;
    editing = list instanceof HTMLElement && list.id && !list.matches("main") ? [...list.querySelectorAll("tr.editing")] : [];
    for (const row of editing) row.remove();
  });
  const keepEditing = (list) => {
    for (const row of editing.reverse()) {
      const replaced = document.getElementById(row.dataset.of);
      if (replaced) replaced.replaceWith(row);
      else (list.querySelector("tbody") || emptyTable(list)).prepend(row);
    }
    editing = [];
  };
  const emptyTable = (list) => {
    const table = document.createElement("table");
    table.className = "stack";
    list.prepend(table);
    return table.createTBody();
  };

  // After a swap htmx focuses the element with autofocus. A form with mistakes focuses its first mistake instead. If a removed row of a
  // list had the focus, the row now in its place gets it.
  let place;
  document.addEventListener("htmx:before:swap", (event) => {
    const row = event.detail.ctx.target;
    const had = row instanceof HTMLTableRowElement && row.contains(document.activeElement);
    place = had ? { rows: row.parentNode, at: [...row.parentNode.children].indexOf(row) } : null;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    fillZones();
    focusEdited();
    const { response, target } = event.detail.ctx;
    if (editing.length) keepEditing(document.getElementById(target.id));
    pickedMany(event.detail.ctx);
    if (place && document.activeElement === document.body) {
      place.rows.children[place.at]?.querySelector(".actions :is(a, button)")?.focus();
    }
    if (response?.status !== 422 && response?.status !== 409) return;
    const form = document.getElementById(target?.id) || (target?.isConnected ? target : document);
    (form.querySelector("[aria-invalid=true]") || form.querySelector(".problems"))?.focus();
  });

  // A page that nobody sees asks for nothing.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.detail.ctx.sourceElement?.matches("[hx-trigger^=every]")) event.preventDefault();
  });

  // Toasts are shown one at a time. A good one leaves by itself, unless somebody points at it or has the focus in it.
  const region = () => document.getElementById("toasts");
  let leaving;
  const leave = (toast) => {
    if (toast.matches(":hover, :focus-within")) leaving = setTimeout(leave, 1000, toast);
    else toast.remove();
  };
  const keepOne = () => {
    const toast = region().lastElementChild;
    for (const older of [...region().children]) if (older !== toast) older.remove();
    clearTimeout(leaving);
    if (toast?.matches(".toast-good")) leaving = setTimeout(leave, 10_000, toast);
    stand();
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (!region()) return; // it is a page in a frame
    new MutationObserver(keepOne).observe(region(), { childList: true });
    keepOne();
  });

  // The toast stands where it covers nothing that can be clicked or typed into: as low as possible, at the right, at the left or
  // in the middle. Where no place is free, it is a line of the page.
  const edge = 16, touch = 4;
  const controls = () => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
    .filter((control) => !region().contains(control) && control.checkVisibility())
    .flatMap((control) => [...control.getClientRects()])
    .filter((rect) => rect.bottom > 0 && rect.top < innerHeight);
  const isFree = (left, top, width, height, taken) => !taken.some((rect) => rect.left < left + width + touch &&
    rect.right > left - touch && rect.top < top + height + touch && rect.bottom > top - touch);
  const freePlace = (width, height) => {
    const taken = controls(), room = root.clientWidth - width;
    for (let top = innerHeight - height - edge; top >= edge; top -= 8) {
      const left = [room - edge, edge, room / 2].find((left) => left >= 0 && isFree(left, top, width, height, taken));
      if (left !== undefined) return { left, top };
    }
    return null;
  };
  let stood = null;
  const stand = () => {
    const box = region(), toast = box?.lastElementChild;
    if (!toast) return;
    box.classList.remove("in-line");
    const { left, top, width, height } = box.getBoundingClientRect();
    const stands = top + height <= innerHeight && left + width <= root.clientWidth && isFree(left, top, width, height, controls());
    const free = stands && toast === stood ? { left, top } : freePlace(width, height);
    stood = toast;
    box.classList.toggle("in-line", !free);
    if (free) Object.assign(box.style, { left: free.left + "px", top: free.top + "px" });
  };
  for (const moved of ["scroll", "resize"]) addEventListener(moved, () => requestAnimationFrame(stand), { passive: true, capture: true });
  document.addEventListener("htmx:after:swap", stand);

  // say shows a toast with a text that came with the page.
  const say = (text, template = "toast-good") => {
    const toast = document.getElementById(template)?.content.firstElementChild.cloneNode(true);
    if (!toast) return;
    if (text) toast.querySelector("p").textContent = text;
    region().append(toast);
  };

  // No answer, or one of a proxy in place of the server. A poll asks again by itself, so one line says so, until something is
  // answered again; whoever has clicked is told to try again.
  const polls = (ctx) => ctx.sourceElement.matches("[hx-trigger^=every]");
  const unreachable = (ctx) => {
    if (!polls(ctx)) say("", "toast-offline");
    else if (!document.querySelector(".toast-lost, .toast-offline")) say("", "toast-lost");
  };
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && ctx.text === undefined) unreachable(ctx);
  });
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail, { status, headers } = ctx.response;
    if (status < 500 || !polls(ctx) && (status === 500 || headers.has("HX-Retarget"))) return;
    event.preventDefault();
    unreachable(ctx);
  });
  document.addEventListener("htmx:after:request", () => document.querySelector(".toast-lost, .toast-offline")?.remove());
})();
