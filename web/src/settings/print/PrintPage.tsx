import { Route, Routes } from 'react-router';
import { NotFound } from '@/ui/NotFound';
import { TemplateList } from './TemplateList';
import { TemplatePage } from './TemplatePage';
import './print.css';

/** /settings/print: the print templates, and the editor of one. */
export default function PrintPage() {
  return (
    <Routes>
      <Route index element={<TemplateList />} />
      <Route path="new/:object" element={<TemplatePage />} />
      <Route path=":id" element={<TemplatePage />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
