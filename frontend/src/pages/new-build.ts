/** The form that builds an image from a Dockerfile typed in, from a folder, or from both, and tells what the build says. */
import type { TransferStep } from "../api";
import { one } from "../dom";
import { FieldError, onSubmit, typed } from "../field-errors";
import { bytes, counted } from "../format";
import { asSentence, Problem } from "../http";
import { announce } from "../notices";
import { lines } from "../streamed";
import type { Entry } from "../tar";
import { tar } from "../tar";
import { follow, progressOf, type Step } from "../transfers";

/** What a build sends. */
export interface BuildWish {
  name: string;
  dockerfile: string;
  target: string;
  args: Record<string, string>;
  noCache: boolean;
}

/** The form at work. */
export function newBuildPage(): void {
  const form = one<HTMLFormElement>("#build-image");
  const folder = one<HTMLInputElement>("#folder", form);
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])];
    one("#folder-words").textContent =
      files.length === 0
        ? "whose files COPY takes, and which may have the Dockerfile"
        : `${counted(files.length, "file")}, ${bytes(files.reduce((sum, { size }) => sum + size, 0))}`;
  });
  onSubmit(
    form,
    async (data) => {
      const files = contextOf([...(folder.files ?? [])]);
      const wish = wanted(data);
      if (wish.dockerfile === "" && !files.some(({ path }) => path === "Dockerfile")) {
        throw new FieldError("dockerfile", "Type a Dockerfile, or choose a folder that has one.");
      }
      await build(bodyOf(wish, files));
    },
    () => "",
  );
  document.body.dataset.ready = "true";
}

/** What the form asks for. */
export function wanted(data: FormData): BuildWish {
  return {
    name: typed(data, "name"),
    dockerfile: typed(data, "dockerfile"),
    target: typed(data, "target"),
    args: argsFrom(typed(data, "args")),
    noCache: data.get("no-cache") !== null,
  };
}

/** Arguments, one to a line. */
export function argsFrom(text: string): Record<string, string> {
  const args: Record<string, string> = {};
  for (const line of text.split("\n").map((one) => one.trim())) {
    const equals = line.indexOf("=");
    if (line !== "" && equals < 1) {
      throw new FieldError("args", `“${line}” must be NAME=value.`);
    }
    if (line !== "") {
      args[line.slice(0, equals)] = line.slice(equals + 1);
    }
  }
  return args;
}

/** The files of a chosen folder, without the folder's own name. Browsers do not tell whether a file may be executed. */
export function contextOf(files: readonly File[]): Entry[] {
  return files.map((file) => ({
    path: file.webkitRelativePath.replace(/^[^/]*\//, "") || file.name,
    content: file,
    executable: /(^|\/)[^.]*$|\.sh$/.test(file.name),
  }));
}

/** The request's body: the wish itself, or a form with it and the context, in this order. */
export function bodyOf(wish: BuildWish, files: readonly Entry[]): object {
  const options = {
    ...(wish.dockerfile === "" ? {} : { text: `${wish.dockerfile}\n` }),
    ...(wish.target === "" ? {} : { target: wish.target }),
    tags: wish.name === "" ? [] : [wish.name],
    args: wish.args,
    noCache: wish.noCache,
    pull: false,
  };
  if (files.length === 0) {
    return options;
  }
  const form = new FormData();
  form.append("options", JSON.stringify(options));
  form.append("context", tar(files), "context.tar");
  return form;
}

/** A line of what a build says. */
interface BuildLine {
  text?: string;
  transfer?: TransferStep;
  image?: string;
  error?: string;
}

async function build(body: object): Promise<void> {
  const output = one("#build-output");
  const said = one("#build-lines");
  const status = one("#build-status");
  const cancel = one<HTMLButtonElement>("#build-cancel");
  const link = one<HTMLAnchorElement>("#build-image-link");
  const abort = new AbortController();
  said.textContent = "";
  output.hidden = false;
  delete output.dataset.state;
  link.hidden = true;
  cancel.hidden = false;
  status.textContent = "Building…";
  cancel.onclick = () => {
    abort.abort();
  };
  const steps = new Map<string, Step>();
  const take = ({ text, transfer, image, error }: BuildLine): void => {
    if (error !== undefined) {
      throw new Problem(500, asSentence(error));
    }
    if (text !== undefined) {
      write(said, text);
      status.textContent = "Building…";
    }
    if (transfer !== undefined) {
      follow(steps, transfer);
      const { words } = progressOf(steps);
      status.textContent = `Pulling a base image… ${words}`.trim();
    }
    if (image !== undefined) {
      link.href = `/ui/images/${image.replace(/^sha256:/, "")}`;
      link.hidden = false;
    }
  };
  try {
    await lines(
      "/api/builds",
      body,
      (line) => {
        take(line as BuildLine);
      },
      abort.signal,
    );
    status.textContent = "Built.";
    announce("The image is built.");
  } catch (error) {
    if (!(error instanceof Problem)) {
      throw error;
    }
    output.dataset.state = "failed";
    status.textContent = error.message;
    announce(error.message);
  } finally {
    cancel.hidden = true;
  }
}

/** Appends, and keeps the end in sight when it was. */
function write(said: HTMLElement, text: string): void {
  const atEnd = said.scrollHeight - said.scrollTop - said.clientHeight < 20;
  said.append(text);
  if (atEnd) {
    said.scrollTop = said.scrollHeight;
  }
}
