// Improvements only: every page works without this file.
import htmx from "htmx.org";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
window.htmx = htmx;

for (const [name, Component] of [
  ["govuk-button", Button],
  ["govuk-character-count", CharacterCount],
  ["govuk-error-summary", ErrorSummary],
  ["govuk-radios", Radios],
  ["govuk-skip-link", SkipLink],
]) {
  for (const element of document.querySelectorAll(`[data-module="${name}"]`)) new Component(element);
}

// A select that is a whole choice of its own (sorting, place) sends its form as soon as it changes.
for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Suggestions: arrow keys move through the list under the search box, Escape closes it.
for (const box of document.querySelectorAll("[data-suggest]")) {
  const input = box.querySelector("input[type=search]");
  const links = () => [...box.querySelectorAll(".sd-suggestions a")];
  box.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (event.key === "Escape") {
      box.querySelector(".sd-suggestions").replaceChildren();
      input.focus();
    } else if (event.key === "ArrowDown" && all.length) {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (all[at - 1] ?? input).focus();
    }
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) box.querySelector(".sd-suggestions").replaceChildren();
  });
}
