/** A part of a container's page that is looked at by its tab. */
import type { Container } from "./api";

/** What the page tells a pane. */
export interface Pane {
  /** The container is so now; told whether the pane is looked at or not. */
  changed(container: Container): void;
  /** The pane is looked at from now on. */
  shown(): void;
  /** It is not any more. */
  hidden(): void;
}
