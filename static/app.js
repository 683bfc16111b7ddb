// What hypermedia cannot do: the theme, keyboard shortcuts, the clipboard and the caret, a preview while typing, where the focus goes, and
// messages about a lost connection.
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
