/** 客户信息回填: companies for a form by a part of their name, and for administrators the providers of them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request, upload } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { Label, Values } from './types';

export interface Company {
  ref: string;
  name: string;
  facts: Record<string, string>;
}

export interface RegistryNote {
  field?: string;
  provider?: string;
  code: string;
  detail: string;
}

export interface Companies {
  provider: { id: string; name: string } | null;
  companies: Company[];
  notes: RegistryNote[];
}

export interface FilledIn {
  values: Values;
  notes: RegistryNote[];
}

export interface RegistryProvider {
  id: string;
  key: string;
  name: string;
  kind: 'file' | 'qichacha' | 'tianyancha' | 'http';
  active: boolean;
  has_secret: boolean;
  calls_today: number;
  failures_today: number;
  file: { name: string; companies: number; loaded_at: string } | null;
}

export interface RegistryFact {
  name: string;
  label: Label;
}

export interface RegistryLoad {
  id: string;
  provider_id: string;
  name: string | null;
  state: string;
  progress: number;
  total: number | null;
  companies: number | null;
  passed_over: number | null;
  error: { detail: string } | null;
}

const LEAST = 2;
const KEPT_MS = 60_000;
const POLL_MS = 1000;
const ENDED = new Set(['done', 'failed', 'cancelled']);

/** In which field of which object's form companies are offered. */
export function useRegistryForms() {
  return useQuery({
    queryKey: keys.registryForms,
    queryFn: ({ signal }) => request<{ forms: Record<string, string | undefined> }>('GET', '/registries/forms', { signal }).then(({ forms }) => forms),
    staleTime: KEPT_MS,
    retry: false,
  });
}

/** Companies by two characters of their name or more; whatever goes wrong, the form goes on. */
export function useCompanies(object: string, text: string) {
  return useQuery({
    queryKey: keys.companies(object, text),
    queryFn: ({ signal }) => request<Companies>('GET', '/registries/companies', { query: { object, q: text }, signal }),
    enabled: text.length >= LEAST,
    staleTime: KEPT_MS,
    retry: false,
  });
}

/** `taken`: where something stands already; `values`: what the form holds where options of other fields depend on it. */
export const fillIn = (object: string, provider: string, ref: string, taken: string[], values: Values) =>
  request<FilledIn>('POST', '/registries/fill', { body: { object, provider_id: provider, ref, taken, values } });

export function useRegistryProviders() {
  return useQuery({
    queryKey: keys.registryProviders,
    queryFn: ({ signal }) => request<{ providers: RegistryProvider[]; facts: RegistryFact[] }>('GET', '/registries/providers', { signal }),
  });
}

/** The latest loadings of files; asked for again and again while one is under way. */
export function useRegistryLoads() {
  return useQuery({
    queryKey: keys.registryLoads,
    queryFn: ({ signal }) => request<{ loads: RegistryLoad[] }>('GET', '/registries/loads', { signal }).then(({ loads }) => loads),
    refetchInterval: (query) => (query.state.data?.some((one) => !ENDED.has(one.state)) ? POLL_MS : false),
  });
}

export function useRegistrySecret() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, secret }: { id: string; secret: string }) => request('PUT', `/registries/providers/${id}/secret`, { body: { secret } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.registryProviders }),
  });
}

export function useRegistryUpload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, file }: { id: string; file: File }) => upload<RegistryLoad>(`/registries/providers/${id}/file`, { file }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.registryLoads }),
  });
}

export const tryProvider = (id: string, text: string) =>
  request<Companies & { whole: Company | null }>('POST', `/registries/providers/${id}/trial`, { body: { q: text } });
