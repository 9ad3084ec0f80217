/** Bundles: what of a product can be configured, what a selection comes to, and putting it into a document. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';

export interface BundleFeature {
  id: string;
  name: string;
  least: number | null;
  most: number | null;
  description: string | null;
}

export interface BundleOption {
  id: string;
  name: string;
  product: string;
  feature: string | null;
  required: boolean;
  /** In each bundle, at first. */
  quantity: string;
  least: string | null;
  most: string | null;
  editable: boolean;
  /** The price of the bundle covers it. */
  bundled: boolean;
  price: string | null;
  discount: string | null;
  /** It can be chosen anew. */
  usable: boolean;
  bundle: Bundle | null;
}

/** The option needs one of `others`, or does not go together with all of them. */
export interface BundleCondition {
  option: string;
  excludes: boolean;
  others: string[];
}

export interface Bundle {
  product: string;
  name: string;
  configurable: boolean;
  features: BundleFeature[];
  options: BundleOption[];
  conditions: BundleCondition[];
  /** What it has by itself. */
  chosen: Choice[];
}

export interface Choice {
  option: string;
  quantity: string;
  chosen: Choice[];
}

export interface BundleAnswer extends Bundle {
  price: string | null;
}

export interface BundleCheck {
  valid: boolean;
  problems: { code: string; option: string | null; detail: string }[];
  total: string | null;
  complete: boolean;
}

export interface DocumentRef {
  object: string;
  id: string;
}

export function useBundle(product: string, document: DocumentRef) {
  return useQuery({
    queryKey: keys.bundle(product, document),
    queryFn: ({ signal }) => request<BundleAnswer>('GET', `/bundles/${product}`, { query: { document: document.object, record: document.id }, signal }),
    retry: false,
  });
}

/** Whether a selection holds and what it comes to; the last answer stays while the next is on its way. */
export function useBundleCheck(product: string, document: DocumentRef, quantity: string, chosen: Choice[], enabled: boolean) {
  return useQuery({
    queryKey: keys.bundleCheck(product, { document, quantity, chosen }),
    queryFn: ({ signal }) => request<BundleCheck>('POST', `/bundles/${product}/check`, { body: { document, quantity, chosen }, signal }),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
}

export interface Put {
  document: DocumentRef;
  quantity: string;
  chosen: Choice[];
  /** The line of the bundle that is configured anew, as it was seen. */
  line?: string;
  version?: number;
}

export const putBundle = (product: string, body: Put) => request<DocumentRef>('POST', `/bundles/${product}/lines`, { body });
