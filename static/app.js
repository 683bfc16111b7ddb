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

  // Keyboard: / searches, Ctrl+Enter saves, Esc cancels an edit.
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
      const cancel = event.target.closest("form")?.querySelector("[data-cancel]");
      cancel?.click();
      return cancel;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!event.isComposing && event.target instanceof Element && keys[event.key]?.(event)) event.preventDefault();
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
    event.target.closest("[data-close]")?.closest(".toast")?.remove();
  });
  const insert = (field, text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

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
    if (!target.dataset.draft || submitter?.matches("[formaction]")) return;
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
    if (place && document.activeElement === document.body) {
      place.rows.children[place.at]?.querySelector(".actions :is(a, button)")?.focus();
    }
    if (response?.status !== 422 && response?.status !== 409) return;
    const form = document.getElementById(target?.id) || (target?.isConnected ? target : document);
    (form.querySelector("[aria-invalid=true]") || form.querySelector(".problems"))?.focus();
  });

  // say shows a toast with a text that came with the page.
  const say = (text, template = "toast-good") => {
    const toast = document.getElementById(template)?.content.firstElementChild.cloneNode(true);
    if (!toast) return;
    if (text) toast.querySelector("p").textContent = text;
    document.getElementById("toasts").append(toast);
  };
  document.addEventListener("htmx:error", () => say("", "toast-offline"));
})();
