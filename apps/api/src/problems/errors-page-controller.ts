import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { errorsPage } from './errors-page.ts';

/** Where the `type` of every problem points. */
@ApiExcludeController()
@Controller('docs/errors')
export class ErrorsPageController {
  @Get()
  @Header('content-type', 'text/markdown; charset=utf-8')
  page(): string {
    return errorsPage();
  }
}
