/** The account page: a new password. */
import { account } from "../api";
import { one } from "../dom";
import { Problem } from "../http";

/** The form at work. */
export function accountPage(): void {
  const form = one<HTMLFormElement>("#change-password");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void change(form);
  });
}

async function change(form: HTMLFormElement): Promise<void> {
  const value = (name: string): string => one<HTMLInputElement>(`[name=${name}]`, form).value;
  const error = one(".error", form);
  error.hidden = true;
  try {
    if (value("replacement") !== value("again")) {
      throw new Problem(0, "The two new passwords differ: type the same one twice.");
    }
    await account.changePassword(value("current"), value("replacement"));
    location.assign("/ui/sign-in");
  } catch (problem) {
    if (!(problem instanceof Problem)) {
      throw problem;
    }
    error.textContent = problem.message;
    error.hidden = false;
    one(problem.status === 403 ? "[name=current]" : "[name=replacement]", form).focus();
  }
}
