import { useEffect } from 'react';
import { useParams } from 'react-router';
import { useModel } from '@/api/metadata';
import { usePrintDraft } from '@/api/prints';
import { useRecord } from '@/api/records';
import { common, useTexts } from '@/i18n';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { draftOf, fromRecord } from './template';
import { TemplateEditor } from './TemplateEditor';
import { templateTexts } from './texts';

/** One template, or a new one for an object. */
export function TemplatePage() {
  const { id, object: named } = useParams();
  const t = useTexts(templateTexts);
  const c = useTexts(common);
  const model = useModel();
  const stored = useRecord('print_template', id);
  const name = named ?? (stored.data ? String(stored.data.record.object_name) : '');
  const draft = usePrintDraft(name);
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const error = stored.error ?? draft.error;
  if (error) return <ErrorState error={error} onRetry={() => { void stored.refetch(); void draft.refetch(); }} />;
  if (!draft.data || (id !== undefined && !stored.data)) return <PageSkeleton />;
  const object = model.object(name);
  if (!object) return <EmptyState title={c('notFound')} hint={c('notFoundHint')} />;
  return (
    <TemplateEditor
      key={stored.data ? `${id ?? ''}-${String(stored.data.version)}` : name}
      object={object}
      lines={draft.data.children}
      initial={stored.data ? fromRecord(stored.data) : draftOf(name, draft.data)}
    />
  );
}
