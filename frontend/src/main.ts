/** Starts what the page at hand needs. */
import { leave } from "./http";
import { keys } from "./keys";
import { accountPage } from "./pages/account";
import { containerPage } from "./pages/container";
import { containersPage } from "./pages/containers";
import { imagePage } from "./pages/image";
import { imagesPage } from "./pages/images";
import { networkPage } from "./pages/network";
import { networksPage } from "./pages/networks";
import { newBuildPage } from "./pages/new-build";
import { newContainerPage } from "./pages/new-container";
import { newNetworkPage } from "./pages/new-network";
import { newVolumePage } from "./pages/new-volume";
import { rulesPage } from "./pages/rules";
import { snapshotsPage } from "./pages/snapshots";
import { tokensPage } from "./pages/tokens";
import { volumePage } from "./pages/volume";
import { volumesPage } from "./pages/volumes";
import { theme } from "./theme";

const pages: Record<string, () => void> = {
  containers: containersPage,
  "container-new": newContainerPage,
  container: containerPage,
  images: imagesPage,
  image: imagePage,
  "image-build": newBuildPage,
  snapshots: snapshotsPage,
  networks: networksPage,
  "network-new": newNetworkPage,
  network: networkPage,
  volumes: volumesPage,
  "volume-new": newVolumePage,
  volume: volumePage,
  rules: rulesPage,
  tokens: tokensPage,
  account: accountPage,
};

theme();
keys();
document.querySelector(".sign-out")?.addEventListener("submit", leave);
pages[document.body.dataset.page ?? ""]?.();
