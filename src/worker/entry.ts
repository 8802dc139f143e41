import * as Comlink from "comlink";
import { READY } from "../protocol.js";
import { createService } from "./service.js";

// The worker's whole program: offer the service, then say so.
Comlink.expose(createService());
postMessage(READY);
