/** What is wrong with a field of a form, told beside it. */
import { all, one } from "./dom";
import { Problem } from "./http";

/** A field's name and what is wrong with it. */
export class FieldError extends Error {
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Sends a form when it is submitted, once at a time, and tells beside its fields why that failed.
 *
 * @param blamed the field that a problem of the engine speaks of, or empty
 */
export function onSubmit(
  form: HTMLFormElement,
  work: (data: FormData) => Promise<void>,
  blamed: (problem: Problem) => string,
): void {
  const submit = one<HTMLButtonElement>("button[type=submit]", form);
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLElement) {
      clear(event.target.closest(".field"));
    }
  });
  const run = async (): Promise<void> => {
    try {
      await work(new FormData(form));
    } catch (error) {
      if (error instanceof FieldError) {
        tell(form, error.field, error.message);
      } else if (error instanceof Problem) {
        tell(form, blamed(error), error.message);
      } else {
        throw error;
      }
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    all(".field", form).forEach(clear);
    one("[data-part=form-error]", form).hidden = true;
    submit.disabled = true;
    void run().finally(() => {
      submit.disabled = false;
    });
  });
}

/** What is typed into a field. */
export function typed(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value.trim() : "";
}

function tell(form: HTMLFormElement, field: string, message: string): void {
  const control = field === "" ? null : form.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`);
  const place = control?.closest(".field");
  if (!control || !place) {
    const error = one("[data-part=form-error]", form);
    error.textContent = message;
    error.hidden = false;
    error.focus();
    return;
  }
  const error = one(".error", place);
  error.textContent = message;
  error.hidden = false;
  control.setAttribute("aria-invalid", "true");
  control.closest("details")?.setAttribute("open", "");
  control.focus();
}

function clear(field: Element | null): void {
  if (field) {
    const error = field.querySelector<HTMLElement>(".error");
    if (error) {
      error.hidden = true;
      error.textContent = "";
    }
    field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
  }
}
